//! Counts the allocations of a GET, ours and the baseline's, against the
//! server named by the only argument: `[ours, baseline, rounds]`.

use allocation_counter::measure;
use defacto_bench::clients::Clients;
use defacto_bench::pairs::{median, rounds};
use defacto_bench::report::say;
use defacto_bench::{Outcome, runtime};

fn main() -> Outcome<()> {
    let url = std::env::args().nth(1).ok_or("no server is named")?;
    let clients = Clients::new(&url)?;
    let runtime = runtime()?;
    let count = |call: &dyn Fn() -> Outcome<()>| -> Outcome<f64> {
        let mut result = Ok(());
        let counted = measure(|| result = call());
        result?;
        #[allow(clippy::cast_precision_loss, reason = "a small count")]
        Ok(counted.count_total as f64)
    };
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for round in 0..rounds() + 2 {
        let a = count(&|| runtime.block_on(clients.get()))?;
        let b = count(&|| runtime.block_on(clients.bare_get()))?;
        // The first ones connect.
        if round >= 2 {
            ours.push(a);
            bare.push(b);
        }
    }
    let rounds = ours.len();
    say(&format!("[{}, {}, {rounds}]", median(ours), median(bare)))?;
    Ok(())
}
