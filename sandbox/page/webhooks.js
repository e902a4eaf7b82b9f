// Deliveries of webhooks.

/** Those about one thing. */
export async function deliveriesOf() {
  return null;
}
