//! Months beside each other, with days marked.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// A month is so wide: seven days of two digits, and what stands around them.
const WIDTH: usize = 22;
/// Between two months.
const GAP: &str = "    ";
/// As many as fit into 80 columns.
const BESIDE: usize = 3;

/// The months in which a day is marked, three beside each other: `[` and `]`
/// around the days that are marked, `(` and `)` around today.
pub(super) fn draw(marked: &BTreeSet<Date>, today: Date) -> Vec<String> {
    let months: BTreeSet<Date> = marked.iter().map(|day| day.first_of_month()).collect();
    let months: Vec<Vec<String>> = months
        .iter()
        .map(|month| grid(*month, marked, today))
        .collect();
    let mut lines = Vec::new();
    for row in months.chunks(BESIDE) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let height = row.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let parts = row.iter().map(|month| {
                let line = month.get(index).map_or("", String::as_str);
                format!("{line:<WIDTH$}")
            });
            let line = parts.collect::<Vec<_>>().join(GAP);
            lines.push(line.trim_end().to_owned());
        }
    }
    lines
}

/// A month: its name, the days of the week, and its weeks from Monday on.
fn grid(month: Date, marked: &BTreeSet<Date>, today: Date) -> Vec<String> {
    let name = month.strftime("%B %Y").to_string();
    let mut lines = vec![
        format!("{name:^WIDTH$}"),
        " Mo Tu We Th Fr Sa Su".to_owned(),
    ];
    let mut week = Week::default();
    for number in 1..=month.days_in_month() {
        // Each of these numbers is a day of the month.
        let Ok(day) = month.with().day(number).build() else {
            continue;
        };
        let place = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        let around = match day {
            day if marked.contains(&day) => Some(('[', ']')),
            day if day == today => Some(('(', ')')),
            _ => None,
        };
        week.put(place, number, around);
        if place == 6 || number == month.days_in_month() {
            lines.push(std::mem::take(&mut week).0.into_iter().collect());
        }
    }
    lines
}

/// A line of a month. Each day has two characters, with one before and after it
/// that it shares with its neighbours.
struct Week([char; WIDTH]);

impl Default for Week {
    fn default() -> Self {
        Self([' '; WIDTH])
    }
}

impl Week {
    fn put(&mut self, place: usize, number: i8, around: Option<(char, char)>) {
        let before = place * 3;
        for (index, digit) in format!("{number:>2}").chars().enumerate() {
            self.0[before + 1 + index] = digit;
        }
        let Some((begin, end)) = around else { return };
        self.0[before] = match (self.0[before], begin) {
            (' ', begin) => begin,
            // Of two marked days beside each other one character is both.
            (']', '[') => '|',
            // Whose day is due has the mark.
            (_, '[') => '[',
            (there, _) => there,
        };
        self.0[before + 3] = end;
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_marked_in_their_months() {
        let marked = BTreeSet::from([
            date(2030, 1, 31),
            date(2030, 2, 14),
            date(2030, 2, 15),
            date(2030, 2, 17),
            date(2030, 4, 1),
            date(2030, 6, 30),
        ]);
        let drawn = draw(&marked, date(2030, 1, 7)).join("\n");
        let expected = "
     January 2030             February 2030               April 2030
 Mo Tu We Th Fr Sa Su      Mo Tu We Th Fr Sa Su      Mo Tu We Th Fr Sa Su
     1  2  3  4  5  6                   1  2  3     [ 1] 2  3  4  5  6  7
( 7) 8  9 10 11 12 13       4  5  6  7  8  9 10       8  9 10 11 12 13 14
 14 15 16 17 18 19 20      11 12 13[14|15]16[17]     15 16 17 18 19 20 21
 21 22 23 24 25 26 27      18 19 20 21 22 23 24      22 23 24 25 26 27 28
 28 29 30[31]              25 26 27 28               29 30

      June 2030
 Mo Tu We Th Fr Sa Su
                 1  2
  3  4  5  6  7  8  9
 10 11 12 13 14 15 16
 17 18 19 20 21 22 23
 24 25 26 27 28 29[30]";
        assert_eq!(format!("\n{drawn}"), expected, "\n{drawn}");
    }

    #[test]
    fn today_beside_a_day_that_is_due_leaves_it_its_mark() {
        for (due, today, week) in [
            (8, 7, "( 7[ 8] 9 10 11 12 13"),
            (7, 8, "[ 7] 8) 9 10 11 12 13"),
            (7, 7, "[ 7] 8  9 10 11 12 13"),
        ] {
            let marked = BTreeSet::from([date(2030, 1, due)]);
            let drawn = draw(&marked, date(2030, 1, today));
            assert_eq!(drawn[3], week);
            assert!(drawn.iter().all(|line| line.len() <= 80));
        }
    }
}
