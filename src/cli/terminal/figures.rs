//! Numbers in words: counts, durations, the line at the end of a build and the table of its steps.

use std::time::Duration;

use crate::disk::publication::Summary;

/// Writes a number with commas: `1,234`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a count with its noun: `1 error`, `1,234 pages`; the plural takes an `s`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Writes a duration as people read it: `0.4 ms`, `12 ms`, `0.84 s`, `12.3 s`, `2 min 05 s`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 0.001 {
        format!("{:.1} ms", seconds * 1e3)
    } else if seconds < 0.1 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds < 10.0 {
        format!("{seconds:.2} s")
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{} min {:02} s", duration.as_secs() / 60, duration.as_secs() % 60)
    }
}

/// Says what a build did: `Built 1,234 pages in 0.84 s: 12 new, 3 changed, 1,219 unchanged, 1 removed`.
///
/// `pages` may differ from the sum of `files`, which counts styles and pictures as well; what did not
/// happen is not mentioned.
pub fn build_line(pages: usize, files: &Summary, took: Duration) -> String {
    let Summary { added, changed, unchanged, removed, .. } = files;
    let removed = &removed.len();
    let built = format!("Built {} in {}", counted(pages, "page"), duration(took));
    if added + changed + removed == 0 {
        return format!("{built}: nothing changed");
    }
    let counts: Vec<String> = [(added, "new"), (changed, "changed"), (unchanged, "unchanged"), (removed, "removed")]
        .into_iter()
        .filter(|(count, _)| **count > 0)
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    format!("{built}: {}", counts.join(", "))
}

/// Makes a table of steps with their times and shares, the sum in its last line; ends with a line break.
pub fn timings_table(steps: &[(&str, Duration)]) -> String {
    let total: Duration = steps.iter().map(|(_, time)| *time).sum();
    let rows: Vec<(&str, String, String)> = steps
        .iter()
        .copied()
        .chain([("total", total)])
        .map(|(step, time)| {
            let share = if total.is_zero() { 0.0 } else { 100.0 * time.as_secs_f64() / total.as_secs_f64() };
            (step, duration(time), format!("{share:.0} %"))
        })
        .collect();
    let widest = |cell: fn(&(&str, String, String)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let first = widest(|row| row.0.chars().count());
    let second = widest(|row| row.1.chars().count());
    let third = widest(|row| row.2.chars().count());
    rows.iter().map(|(step, time, share)| format!("  {step:<first$}  {time:>second$}  {share:>third$}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::OutPath;

    #[test]
    fn numbers_and_times_are_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(|n| counted(n, "file")), ["1 file", "2 files"]);
        let times = [0, 400, 12_000, 99_000, 840_000, 12_340_000, 125_000_000].map(Duration::from_micros);
        assert_eq!(times.map(duration), ["0.0 ms", "0.4 ms", "12 ms", "99 ms", "0.84 s", "12.3 s", "2 min 05 s"]);
    }

    #[test]
    fn a_build_is_summed_up_in_one_line() {
        let files = Summary {
            added: 12,
            changed: 3,
            unchanged: 1219,
            removed: vec![OutPath::new("old.html").unwrap()],
            ..Summary::default()
        };
        assert_eq!(
            build_line(1234, &files, Duration::from_millis(840)),
            "Built 1,234 pages in 0.84 s: 12 new, 3 changed, 1,219 unchanged, 1 removed"
        );
        let files = Summary { unchanged: 9, ..Summary::default() };
        assert_eq!(build_line(1, &files, Duration::from_millis(5)), "Built 1 page in 5 ms: nothing changed");
        let files = Summary { added: 9, ..Summary::default() };
        assert_eq!(build_line(7, &files, Duration::from_millis(5)), "Built 7 pages in 5 ms: 9 new");
    }

    #[test]
    fn the_table_of_steps_lines_up() {
        let steps = [("read", Duration::from_millis(10)), ("render", Duration::from_millis(990))];
        assert_eq!(
            timings_table(&steps),
            "  read     10 ms    1 %\n  render  0.99 s   99 %\n  total   1.00 s  100 %\n"
        );
        assert!(timings_table(&[]).contains("0 %"));
    }
}
