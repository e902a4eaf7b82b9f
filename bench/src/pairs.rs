//! Two contenders measured in turn, so that what disturbs the machine disturbs
//! both.

use std::time::Instant;

use cpu_time::ProcessTime;

use crate::Outcome;

/// What one round of one side cost, a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Processor time in seconds: this process's, or the server's where that
    /// is what is measured.
    pub cpu: f64,
    /// Seconds on the clock.
    pub wall: f64,
}

/// The rounds of both sides.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// Ours.
    pub ours: Vec<Cost>,
    /// What it is measured against.
    pub bare: Vec<Cost>,
}

/// Both sides' medians and the median of the rounds' ratios.
#[derive(Clone, Copy, Debug)]
pub struct Medians {
    /// Ours.
    pub ours: f64,
    /// What it is measured against.
    pub bare: f64,
    /// Ours ÷ the other's, in the median round.
    pub ratio: f64,
}

impl Pairs {
    /// The medians of what `of` takes from a cost.
    pub fn medians(&self, of: impl Fn(&Cost) -> f64) -> Medians {
        let ours: Vec<_> = self.ours.iter().map(&of).collect();
        let bare: Vec<_> = self.bare.iter().map(&of).collect();
        let ratios = ours.iter().zip(&bare).map(|(a, b)| a / b).collect();
        Medians {
            ours: median(ours),
            bare: median(bare),
            ratio: median(ratios),
        }
    }

    /// How many rounds there were.
    #[must_use]
    pub fn rounds(&self) -> usize {
        self.ours.len()
    }
}

/// The middle of some numbers.
#[must_use]
pub fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Rounds to measure: at least 7, odd so that there is a middle one.
#[must_use]
pub fn rounds() -> usize {
    let asked = std::env::var("BENCH_ROUNDS").ok();
    let asked = asked.and_then(|text| text.parse().ok()).unwrap_or(25);
    std::cmp::max(asked, 7) | 1
}

/// Runs both sides in turn, each first in every other round, after a round
/// that does not count.
///
/// # Errors
///
/// The first of either side.
pub fn alternate(
    rounds: usize,
    mut ours: impl FnMut() -> Outcome<Cost>,
    mut bare: impl FnMut() -> Outcome<Cost>,
) -> Outcome<Pairs> {
    ours()?;
    bare()?;
    let mut pairs = Pairs::default();
    for round in 0..rounds {
        if round % 2 == 0 {
            pairs.ours.push(ours()?);
            pairs.bare.push(bare()?);
        } else {
            pairs.bare.push(bare()?);
            pairs.ours.push(ours()?);
        }
    }
    Ok(pairs)
}

/// What `work` costs this process, for each of its calls.
///
/// # Errors
///
/// That of `work`.
pub fn spent(calls: usize, work: impl FnOnce() -> Outcome<()>) -> Outcome<Cost> {
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    work()?;
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    #[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
    let calls = calls as f64;
    Ok(Cost {
        cpu: cpu.as_secs_f64() / calls,
        wall: wall.as_secs_f64() / calls,
    })
}
