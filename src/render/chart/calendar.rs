//! Days on a line, and the months and years to mark on it.

use super::{
    Day,
    words::{Words, fill},
};

/// A stretch of time drawn from one x to another.
#[derive(Debug)]
pub(super) struct TimeScale {
    first: f64,
    last: f64,
    from: f64,
    to: f64,
}

/// A mark on the axis of time.
#[derive(Debug, PartialEq)]
pub(super) struct TimeTick {
    pub(super) x: f64,
    pub(super) label: String,
}

impl TimeScale {
    /// Covers all days between two, with air on both sides; a single day gets a season of it.
    pub(super) fn covering(first: Day, last: Day, from: f64, to: f64) -> Self {
        let (first, last) = (number(first), number(last));
        let air = ((last - first) * 0.03).max((120.0 - (last - first)) / 2.0);
        Self { first: first - air, last: last + air, from, to }
    }

    pub(super) fn place(&self, day: Day) -> f64 {
        self.place_number(number(day))
    }

    fn place_number(&self, number: f64) -> f64 {
        let share = (number - self.first) / (self.last - self.first);
        self.from + share * (self.to - self.from)
    }

    /// Marks years, or months where the years are few; `most` at the most.
    pub(super) fn ticks(&self, most: usize, words: &Words) -> Vec<TimeTick> {
        let days_in_month = 365.2425 / 12.0;
        // Days are counted from March, months from January; one more on both
        // sides, since months are not equally long.
        let month_of = |number: f64| (number / days_in_month).floor() + 2.0;
        let (first_month, last_month) = (month_of(self.first) - 1.0, month_of(self.last) + 1.0);
        for step in [1.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0, 600.0, 1200.0, 6000.0, 24000.0] {
            if (self.last - self.first) / days_in_month / step > most as f64 {
                continue;
            }
            let mut ticks = Vec::new();
            let mut month = (first_month / step).floor() * step;
            while month <= last_month {
                let year = (month / 12.0).floor();
                let in_year = month - year * 12.0;
                let day = Day { year: year as i32, month: in_year as u8 + 1, day: 1 };
                let number = number(day);
                if (self.first..=self.last).contains(&number) {
                    let name = words.months.get(in_year as usize).copied().unwrap_or_default();
                    let label = if in_year == 0.0 {
                        day.year.to_string()
                    } else if ticks.is_empty() {
                        format!("{name} {}", day.year)
                    } else {
                        name.to_owned()
                    };
                    let x = self.place_number(number);
                    ticks.push(TimeTick { x, label });
                }
                month += step;
            }
            return ticks;
        }
        Vec::new()
    }
}

/// Writes a date in the publication's order.
pub(super) fn date(day: Day, words: &Words) -> String {
    let month = usize::from(day.month.clamp(1, 12)) - 1;
    let month = words.months.get(month).copied().unwrap_or_default();
    fill(words.date, &[("day", &day.day.to_string()), ("month", month), ("year", &day.year.to_string())])
}

/// Counts days from the first of March of year 0, as in Hinnant's `days_from_civil`.
fn number(day: Day) -> f64 {
    let month = i64::from(day.month.clamp(1, 12));
    let day_of_month = i64::from(day.day.clamp(1, 31));
    let year = i64::from(day.year.clamp(-9999, 9999)) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day_of_month - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era) as f64
}

#[cfg(test)]
mod tests {
    use super::super::ENGLISH;
    use super::*;

    fn day(year: i32, month: u8, day: u8) -> Day {
        Day { year, month, day }
    }

    fn labels(first: Day, last: Day) -> Vec<String> {
        let scale = TimeScale::covering(first, last, 0.0, 400.0);
        let ticks = scale.ticks(7, &ENGLISH);
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn days_are_one_apart() {
        assert_eq!(number(day(2024, 3, 1)) - number(day(2024, 2, 28)), 2.0);
        assert_eq!(number(day(2025, 1, 1)) - number(day(2024, 12, 31)), 1.0);
        assert_eq!(number(day(2025, 1, 1)) - number(day(2024, 1, 1)), 366.0);
    }

    #[test]
    fn long_spans_are_marked_by_years_and_short_ones_by_months() {
        assert_eq!(labels(day(2021, 6, 1), day(2025, 6, 1)), ["2022", "2023", "2024", "2025"]);
        assert_eq!(labels(day(2024, 9, 10), day(2025, 3, 20)), ["Oct 2024", "Nov", "Dec", "2025", "Feb", "Mar"]);
    }

    #[test]
    fn one_day_has_marks_around_it() {
        assert!(!labels(day(2025, 5, 5), day(2025, 5, 5)).is_empty());
    }
}
