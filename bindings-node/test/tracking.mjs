// What the tests of trackers share.

/** The statuses a loan went through, by its changes. */
export function statuses(changes, id) {
  const ofLoan = changes.filter((change) => change.id === id);
  return ofLoan.flatMap(({ kind, status, to }) => {
    if (kind === "moved") return [to];
    return (kind === "appeared" || kind === "passed") && status !== null ? [status] : [];
  });
}

/** Resolves when a request of an operation has arrived. */
export async function arrived(sandbox, operation) {
  while ((await sandbox.count(operation)) === 0) await new Promise((next) => setImmediate(next));
}
