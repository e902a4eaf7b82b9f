// User code as a strict compiler must take it, in a CommonJS module.

import sdk = require("defacto-sdk");
import models = require("defacto-sdk/models");
import webhook = require("defacto-sdk/webhook");

export async function first(client: sdk.Client): Promise<sdk.Loan | undefined> {
  const loans: models.Loan[] = await client.withOptions({ retries: 0 }).loans.list({}).toArray();
  const [loan] = loans;
  if (loan instanceof models.Loan) return loan;
  const error: unknown = await client.testing.hello().catch((error: unknown) => error);
  const isOurs: boolean = webhook.authenticate("?token=a", "a");
  if (isOurs && error instanceof sdk.RateLimitedError && error.retryAfterMs !== null) return undefined;
  return undefined;
}
