//! Simple interest on the outstanding principal, at the normal then the late
//! rate.

use std::fmt;
use std::time::Duration;

use defacto_types::{Cents, DailyRate, Date};
use rust_decimal::Decimal;

use super::error::MoneyError;
use super::exact::Exact;

const SECONDS_PER_DAY: u64 = 86_400;
/// Days after the scheduled repayment at which interest becomes late.
const LATE_AFTER_SCHEDULED: u64 = 7;
/// Days after the contractual repayment at which interest becomes late,
/// however far the loan is postponed.
const LATE_AFTER_CONTRACTUAL: u64 = 30;

/// The rates of a loan (percent per day) and the dates that decide which one
/// applies.
///
/// The loan itself carries no rate: `daily_rate` is the `fees_daily_rate` of
/// the borrower's financial product and `late_daily_rate` that of the pricing
/// details, or [`default_late_rate`] (docs: how-do-we-calculate-fees).
///
/// ```
/// use defacto::money::{Terms, default_late_rate};
/// use defacto::types::Date;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let daily_rate = "0.06".parse()?;
/// let terms = Terms {
///     daily_rate,
///     late_daily_rate: default_late_rate(daily_rate),
///     to_repay_on: Date::constant(2026, 3, 2),
///     contractual_repayment_on: Date::constant(2026, 3, 2),
/// };
/// assert_eq!(terms.late_daily_rate.to_string(), "0.1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Terms {
    /// Percent per day until [`late_start`].
    pub daily_rate: DailyRate,
    /// Percent per day from [`late_start`]; replaces `daily_rate`.
    pub late_daily_rate: DailyRate,
    /// The day of the loan's `to_repay_at`, which moves when the repayment is
    /// anticipated or postponed.
    pub to_repay_on: Date,
    /// The loan's `contractual_repayment_date`, fixed at signature.
    pub contractual_repayment_on: Date,
}

/// Principal paid back on a day.
///
/// ```
/// use defacto::money::Repayment;
/// use defacto::types::{Cents, Date};
///
/// let half = Repayment { on: Date::constant(2026, 1, 31), principal: Cents(5_000) };
/// assert_eq!(half.principal, Cents(5_000));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Repayment {
    /// The day the money was paid: still charged on the old balance
    /// (INFERRED).
    pub on: Date,
    /// Cents of principal, without interest; fewer than none where the payer's
    /// bank took a repayment back, so that they are owed again.
    pub principal: Cents,
}

/// Calendar days to charge from one day to another: end minus start, at least
/// one.
///
/// A loan repaid on the day of its payout costs one day (docs:
/// how-do-we-calculate-fees). The count of calendar days is INFERRED from the
/// documented 60 days of a 60-day loan. An end before the start gives one too.
///
/// ```
/// use defacto::money::days_between;
/// use defacto::types::Date;
///
/// let start = Date::constant(2026, 1, 1);
/// assert_eq!(days_between(start, Date::constant(2026, 3, 2)), 60);
/// assert_eq!(days_between(start, start), 1);
/// ```
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    calendar_days(from, to).max(1)
}

/// Interest in cents on a constant balance: outstanding (cents) x days x rate
/// (percent per day) / 100 (docs: how-do-we-calculate-fees).
///
/// Exact, then rounded half up once (INFERRED). The minimum of one day is that
/// of [`days_between`]: zero days cost nothing here.
///
/// `None` if an argument is negative or the result overflows.
///
/// ```
/// use defacto::money::interest;
/// use defacto::types::Cents;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(interest(Cents(50_000), 30, "0.05".parse()?), Some(Cents(750)));
/// assert_eq!(interest(Cents(-1), 30, "0.05".parse()?), None);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn interest(outstanding: Cents, days: i64, rate: DailyRate) -> Option<Cents> {
    if outstanding < Cents::ZERO || days < 0 || rate.get() < Decimal::ZERO {
        return None;
    }
    let cent_days = i128::from(outstanding.get()).checked_mul(i128::from(days))?;
    Exact::new(&[(cent_days, rate)])?.half_up()
}

/// The day from which the late rate replaces the normal one: seven days after
/// the scheduled repayment or thirty after the contractual one, whichever is
/// earlier.
///
/// Both delays are documented (docs: how-do-we-calculate-fees); that the
/// earlier one wins is INFERRED.
///
/// ```
/// use defacto::money::{Terms, late_start};
/// use defacto::types::Date;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let terms = Terms {
///     daily_rate: "0.06".parse()?,
///     late_daily_rate: "0.1".parse()?,
///     to_repay_on: Date::constant(2026, 3, 2),
///     contractual_repayment_on: Date::constant(2026, 3, 2),
/// };
/// assert_eq!(late_start(&terms), Date::constant(2026, 3, 9));
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn late_start(terms: &Terms) -> Date {
    let scheduled = plus_days(terms.to_repay_on, LATE_AFTER_SCHEDULED);
    let contractual = plus_days(terms.contractual_repayment_on, LATE_AFTER_CONTRACTUAL);
    scheduled.min(contractual)
}

/// Interest in cents on a loan of `principal` cents from its payout to the day
/// `until`.
///
/// Simple interest on what is outstanding, at the normal rate until
/// [`late_start`] and at the late rate from then on (docs:
/// how-do-we-calculate-fees). INFERRED: the day of a repayment belongs to the
/// old balance, and the segments are summed exactly and rounded half up once.
/// The first day is always charged on the whole principal, so that the minimum
/// of one day holds for what is repaid on the day of payout too. Repayments may
/// come in any order; those on or after `until` change nothing.
///
/// # Errors
///
/// [`MoneyError::Invalid`] if an amount or a rate is negative, `until` or a
/// repayment is before `paid_on`, or more principal is repaid than was lent, or
/// taken back than was repaid;
/// [`MoneyError::Overflow`] if the cost does not fit.
///
/// ```
/// use defacto::money::{Repayment, Terms, cost};
/// use defacto::types::{Cents, Date};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let terms = Terms {
///     daily_rate: "0.06".parse()?,
///     late_daily_rate: "0.1".parse()?,
///     to_repay_on: Date::constant(2026, 3, 2),
///     contractual_repayment_on: Date::constant(2026, 3, 2),
/// };
/// let paid_on = Date::constant(2026, 1, 1);
/// // Ten days late: 67 days at 0.06, then 3 at 0.1.
/// let until = Date::constant(2026, 3, 12);
/// assert_eq!(cost(Cents(10_000), paid_on, &[], until, &terms)?, Cents(432));
/// // Half of it repaid after 30 days.
/// let half = Repayment { on: Date::constant(2026, 1, 31), principal: Cents(5_000) };
/// assert_eq!(cost(Cents(10_000), paid_on, &[half], until, &terms)?, Cents(306));
/// # Ok(())
/// # }
/// ```
pub fn cost(
    principal: Cents,
    paid_on: Date,
    repayments: &[Repayment],
    until: Date,
    terms: &Terms,
) -> Result<Cents, MoneyError> {
    exact_cost(principal, paid_on, repayments, until, terms)?
        .half_up()
        .ok_or(MoneyError::Overflow { principal })
}

/// The usual late rate in percent per day: twice the normal one, at most 0.1
/// (docs: how-do-we-calculate-fees).
///
/// Only a default: the `late_daily_rate` of the pricing details wins.
///
/// ```
/// use defacto::money::default_late_rate;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(default_late_rate("0.04".parse()?), "0.08".parse()?);
/// assert_eq!(default_late_rate("0.06".parse()?), "0.1".parse()?);
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn default_late_rate(normal: DailyRate) -> DailyRate {
    let twice = normal.get().saturating_add(normal.get());
    DailyRate::new(twice.min(Decimal::new(1, 1)))
}

fn calendar_days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// Stops at the last day of the calendar.
fn plus_days(day: Date, days: u64) -> Date {
    day.saturating_add(Duration::from_secs(days * SECONDS_PER_DAY))
}

fn invalid(field: &'static str, value: impl fmt::Display, fix: &'static str) -> MoneyError {
    MoneyError::Invalid {
        field,
        value: value.to_string(),
        fix,
    }
}

fn exact_cost(
    principal: Cents,
    paid_on: Date,
    repayments: &[Repayment],
    until: Date,
    terms: &Terms,
) -> Result<Exact, MoneyError> {
    let overflow = || MoneyError::Overflow { principal };
    check(principal, paid_on, until, terms)?;
    let sorted = sort(principal, paid_on, repayments)?;

    // Days counted from the payout; the first one is always charged in full.
    let end = days_between(paid_on, until);
    let late = calendar_days(paid_on, late_start(terms)).clamp(0, end);
    let (mut normal_cent_days, mut late_cent_days) = (0_i128, 0_i128);
    let mut outstanding = i128::from(principal.get());
    let mut from = 0;
    let steps = sorted
        .iter()
        .map(|r| (days_between(paid_on, r.on).min(end), r.principal.get()))
        .chain([(end, 0)]);
    for (to, repaid) in steps {
        let normal_days = to.min(late) - from.min(late);
        let late_days = (to - from) - normal_days;
        // At most 2^63 cents x 2^23 days: far from the limit of an `i128`.
        normal_cent_days += outstanding * i128::from(normal_days);
        late_cent_days += outstanding * i128::from(late_days);
        outstanding -= i128::from(repaid);
        from = to;
    }
    Exact::new(&[
        (normal_cent_days, terms.daily_rate),
        (late_cent_days, terms.late_daily_rate),
    ])
    .ok_or_else(overflow)
}

fn check(principal: Cents, paid_on: Date, until: Date, terms: &Terms) -> Result<(), MoneyError> {
    if principal < Cents::ZERO {
        let fix = "give zero or more cents";
        return Err(invalid("principal", principal.get(), fix));
    }
    if until < paid_on {
        let fix = "give the day of the payout (`paid_on`) or a later one";
        return Err(invalid("until", until, fix));
    }
    let rates = [
        ("daily_rate", terms.daily_rate),
        ("late_daily_rate", terms.late_daily_rate),
    ];
    for (field, rate) in rates {
        if rate.get() < Decimal::ZERO {
            return Err(invalid(field, rate, "give zero or more percent per day"));
        }
    }
    Ok(())
}

/// By day, once they are known to be possible.
fn sort(
    principal: Cents,
    paid_on: Date,
    repayments: &[Repayment],
) -> Result<Vec<Repayment>, MoneyError> {
    let mut sorted = repayments.to_vec();
    sorted.sort_by_key(|r| r.on);
    let mut repaid = 0_i128;
    for (at, repayment) in sorted.iter().enumerate() {
        let amount = repayment.principal.get();
        if repayment.on < paid_on {
            let fix = "give the day of the payout (`paid_on`) or a later one";
            return Err(invalid("repayments.on", repayment.on, fix));
        }
        repaid += i128::from(amount);
        // The order of what came and was taken back on one day is not known.
        if sorted
            .get(at + 1)
            .is_some_and(|next| next.on == repayment.on)
        {
            continue;
        }
        if repaid < 0 {
            let fix = "take back no more than was repaid before";
            return Err(invalid("repayments.principal", amount, fix));
        }
        if repaid > i128::from(principal.get()) {
            let fix = "repay no more than the outstanding principal, without the interest";
            return Err(invalid("repayments.principal", amount, fix));
        }
    }
    Ok(sorted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn day(n: u64) -> Date {
        plus_days(Date::constant(2026, 1, 1), n)
    }

    fn rate(text: &str) -> DailyRate {
        text.parse().unwrap()
    }

    fn terms(daily: &str, planned_days: u64) -> Terms {
        Terms {
            daily_rate: rate(daily),
            late_daily_rate: default_late_rate(rate(daily)),
            to_repay_on: day(planned_days),
            contractual_repayment_on: day(planned_days),
        }
    }

    fn repaid(n: u64, cents: i64) -> Repayment {
        Repayment {
            on: day(n),
            principal: Cents(cents),
        }
    }

    fn cost_of(principal: i64, repayments: &[Repayment], until: u64, terms: &Terms) -> i64 {
        cost(Cents(principal), day(0), repayments, day(until), terms)
            .unwrap()
            .get()
    }

    #[test]
    fn published_examples() {
        assert_eq!(interest(Cents(10_000), 60, rate("0.06")), Some(Cents(360)));
        assert_eq!(interest(Cents(50_000), 30, rate("0.05")), Some(Cents(750)));
        assert_eq!(cost_of(10_000, &[], 60, &terms("0.06", 60)), 360);
        assert_eq!(cost_of(50_000, &[], 30, &terms("0.05", 30)), 750);
    }

    #[test]
    fn late_example() {
        let terms = terms("0.06", 60);
        assert_eq!(cost_of(10_000, &[], 67, &terms), 402);
        assert_eq!(cost_of(10_000, &[], 70, &terms), 432);
    }

    #[test]
    fn late_starts_at_the_earlier_of_the_two() {
        let mut terms = terms("0.06", 60);
        assert_eq!(late_start(&terms), day(67));
        terms.to_repay_on = day(83);
        assert_eq!(late_start(&terms), day(90));
        terms.to_repay_on = day(84);
        assert_eq!(late_start(&terms), day(90));
        terms.to_repay_on = Date::MAX;
        terms.contractual_repayment_on = Date::MAX;
        assert_eq!(late_start(&terms), Date::MAX);
    }

    #[test]
    fn late_before_the_payout_is_late_throughout() {
        let mut late = terms("0.05", 0);
        late.to_repay_on = Date::constant(2025, 1, 1);
        assert_eq!(cost_of(10_000, &[], 10, &late), 100);
    }

    #[test]
    fn same_day_is_one_day() {
        assert_eq!(days_between(day(3), day(3)), 1);
        assert_eq!(days_between(day(3), day(4)), 1);
        assert_eq!(days_between(day(3), day(5)), 2);
        assert_eq!(days_between(day(5), day(3)), 1);
        let terms = terms("0.05", 30);
        assert_eq!(cost_of(100_000, &[], 0, &terms), 50);
        // Repaid in full on the day of payout: nothing more to pay, ever.
        let all = [repaid(0, 100_000)];
        assert_eq!(cost_of(100_000, &all, 0, &terms), 50);
        assert_eq!(cost_of(100_000, &all, 200, &terms), 50);
        // Half: each half costs its own days, at least one.
        let half = [repaid(0, 50_000)];
        assert_eq!(cost_of(100_000, &half, 30, &terms), 25 + 750);
    }

    #[test]
    fn days_cross_leap_years() {
        let (from, to) = (Date::constant(2028, 2, 28), Date::constant(2028, 3, 1));
        assert_eq!(days_between(from, to), 2);
        assert_eq!(days_between(Date::MIN, Date::MAX), 7_304_483);
    }

    #[test]
    fn partial_repayment_lowers_the_cost() {
        let terms = terms("0.06", 60);
        let full = cost_of(10_000, &[], 60, &terms);
        let half = cost_of(10_000, &[repaid(30, 5_000)], 60, &terms);
        assert_eq!((full, half), (360, 180 + 90));
        // On the last day it changes nothing: that day is the old balance's.
        assert_eq!(cost_of(10_000, &[repaid(60, 5_000)], 60, &terms), full);
        assert_eq!(cost_of(10_000, &[repaid(90, 5_000)], 60, &terms), full);
        for on in 1..60 {
            assert!(cost_of(10_000, &[repaid(on, 5_000)], 60, &terms) < full);
        }
    }

    #[test]
    fn order_of_repayments_is_free() {
        let terms = terms("0.06", 60);
        let (a, b, c) = (repaid(10, 2_000), repaid(20, 3_000), repaid(68, 5_000));
        let sorted = cost_of(10_000, &[a, b, c], 90, &terms);
        assert_eq!(cost_of(10_000, &[c, b, a], 90, &terms), sorted);
        assert_eq!(cost_of(10_000, &[b, c, a], 90, &terms), sorted);
        // 60 + 48 + 47 days x 5,000 at 0.06 + 1 day x 5,000 at 0.1.
        assert_eq!(sorted, 60 + 48 + 141 + 5);
    }

    #[test]
    fn what_is_taken_back_is_owed_again() {
        let terms = terms("0.06", 60);
        let gone = [repaid(10, 5_000), repaid(30, -5_000)];
        // Twenty days of half of it are not charged.
        assert_eq!(cost_of(10_000, &gone, 60, &terms), 360 - 60);
        for whole in [5_000, 10_000] {
            let same_day = [repaid(30, -whole), repaid(30, whole)];
            assert_eq!(cost_of(10_000, &same_day, 60, &terms), 360);
        }
        let again = [repaid(9, 10_000), repaid(30, 10_000), repaid(30, -10_000)];
        assert_eq!(cost_of(10_000, &again, 60, &terms), 54);
    }

    #[test]
    fn monotone_in_days() {
        for daily in ["0", "0.0513", "0.06", "0.1"] {
            let terms = terms(daily, 60);
            for principal in [0, 1, 99, 12_345, 20_000_000] {
                let (mut before, mut simple) = (0, Cents::ZERO);
                for until in 0..200 {
                    let now = cost_of(principal, &[], until, &terms);
                    assert!(now >= before, "{principal} {daily} {until}");
                    before = now;
                    let days = i64::try_from(until).unwrap();
                    let next = interest(Cents(principal), days, rate(daily)).unwrap();
                    assert!(next >= simple, "{principal} {daily} {until}");
                    simple = next;
                }
            }
        }
    }

    #[test]
    fn splitting_a_period_loses_only_rounding() {
        for daily in ["0.05", "0.0513", "0.0777777", "0.1"] {
            let terms = terms(daily, 40);
            for principal in [1, 777, 12_345, 19_999_999] {
                let whole = exact_cost(Cents(principal), day(0), &[], day(90), &terms).unwrap();
                let rounded = whole.half_up().unwrap().get();
                for split in 1..90 {
                    let part = |from, to| {
                        exact_cost(Cents(principal), day(from), &[], day(to), &terms).unwrap()
                    };
                    let (left, right) = (part(0, split), part(split, 90));
                    // Exact before rounding: left + right = whole.
                    assert_eq!(
                        left.numerator * (whole.denominator / left.denominator)
                            + right.numerator * (whole.denominator / right.denominator),
                        whole.numerator,
                        "{principal} {daily} {split}"
                    );
                    let sum = left.half_up().unwrap() + right.half_up().unwrap();
                    assert!((sum.get() - rounded).abs() <= 1);
                }
            }
        }
    }

    #[test]
    fn rounds_half_up_once() {
        // 0.5, 1.5 and 2.5 cents; then just below a half.
        assert_eq!(interest(Cents(1_000), 1, rate("0.05")), Some(Cents(1)));
        assert_eq!(interest(Cents(3_000), 1, rate("0.05")), Some(Cents(2)));
        assert_eq!(interest(Cents(5_000), 1, rate("0.05")), Some(Cents(3)));
        assert_eq!(interest(Cents(999), 1, rate("0.05")), Some(Cents(0)));
        let below = rate("0.0499999999999999999999999999");
        assert_eq!(interest(Cents(1_000), 1, below), Some(Cents(0)));
        // Three segments of 0.4 cents make 1.2, not 0.
        let terms = terms("0.04", 60);
        let repayments = [repaid(1, 0), repaid(2, 0)];
        assert_eq!(cost_of(1_000, &repayments, 3, &terms), 1);
    }

    #[test]
    fn default_late_rate_is_capped() {
        assert_eq!(default_late_rate(rate("0")), rate("0"));
        assert_eq!(default_late_rate(rate("0.049")), rate("0.098"));
        assert_eq!(default_late_rate(rate("0.05")), rate("0.1"));
        assert_eq!(default_late_rate(DailyRate::new(Decimal::MAX)), rate("0.1"));
    }

    #[test]
    fn interest_refuses_negatives_and_overflow() {
        assert_eq!(interest(Cents(-1), 1, rate("0.05")), None);
        assert_eq!(interest(Cents(1), -1, rate("0.05")), None);
        assert_eq!(interest(Cents(1), 1, rate("-0.05")), None);
        assert_eq!(interest(Cents(i64::MAX), i64::MAX, rate("0.05")), None);
        assert_eq!(interest(Cents(i64::MAX), 1_000, rate("1")), None);
        assert_eq!(
            interest(Cents(i64::MAX), 100, rate("1")),
            Some(Cents(i64::MAX))
        );
        assert_eq!(
            interest(Cents(i64::MAX), 1, DailyRate::new(Decimal::MAX)),
            None
        );
        assert_eq!(interest(Cents(0), 0, rate("0.05")), Some(Cents::ZERO));
    }

    #[test]
    fn errors_name_field_value_and_fix() {
        let good = terms("0.06", 60);
        let message = |principal, repayments: &[Repayment], until, terms: &Terms| {
            cost(Cents(principal), day(10), repayments, day(until), terms)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            message(100, &[repaid(20, 60), repaid(15, 50)], 30, &good),
            "invalid repayments.principal `60`: repay no more than the outstanding principal, without the interest"
        );
        assert_eq!(
            message(100, &[repaid(9, 50)], 30, &good),
            "invalid repayments.on `2026-01-10`: give the day of the payout (`paid_on`) or a later one"
        );
        assert!(message(100, &[repaid(11, -5)], 30, &good).contains("repayments.principal `-5`"));
        assert!(message(-7, &[], 30, &good).starts_with("invalid principal `-7`"));
        assert!(message(100, &[], 9, &good).starts_with("invalid until `2026-01-10`"));
        let mut bad = good;
        bad.daily_rate = rate("-0.5");
        assert!(message(100, &[], 30, &bad).starts_with("invalid daily_rate `-0.5`"));
        bad = good;
        bad.late_daily_rate = rate("-1");
        assert!(message(100, &[], 30, &bad).starts_with("invalid late_daily_rate `-1`"));
        bad = good;
        bad.daily_rate = DailyRate::new(Decimal::MAX);
        assert_eq!(
            cost(Cents(i64::MAX), day(0), &[], day(30), &bad),
            Err(MoneyError::Overflow {
                principal: Cents(i64::MAX)
            })
        );
    }
}
