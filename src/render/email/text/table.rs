//! Tables in plain text: in columns where they fit, else told row by row.

use super::super::grid::{Grid, Place, span};
use super::super::letter::{Align, Table};
use super::wrap::columns;
use super::{MEASURE, Writer};

/// The spaces between two columns.
const GAP: usize = 2;

/// What stands at one place of a table, with its words.
type Said<'t> = Option<(Place<'t>, String)>;

impl Writer {
    /// Writes a table.
    pub(super) fn table(&mut self, table: &Table) {
        self.lines(&table.caption);
        let grid = Grid::of(table);
        let head: Vec<Vec<Said<'_>>> = grid.head.iter().map(|row| self.words(row)).collect();
        let rows: Vec<Vec<Said<'_>>> = grid.rows.iter().map(|row| self.words(row)).collect();
        let widths = widths(head.iter().chain(&rows), grid.columns());
        let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        if total + columns(&self.prefix) > MEASURE {
            self.told(&grid, &rows);
            return;
        }
        // Figures stand at the right, and their heading with them.
        let below: Vec<Option<Align>> = rows.first().map(|row| row.iter().map(align).collect()).unwrap_or_default();
        for row in &head {
            self.push(&row_line(row, &widths, &|column| below.get(column).copied().flatten()));
        }
        if !head.is_empty() {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            self.push(&rules.join(&" ".repeat(GAP)));
        }
        for row in &rows {
            self.push(&row_line(row, &widths, &|_| None));
        }
        self.gap();
    }

    fn words<'t>(&mut self, row: &[Option<Place<'t>>]) -> Vec<Said<'t>> {
        let said =
            |place: &Option<Place<'t>>| place.map(|place| (place, self.line(&place.cell.inside).replace('\n', " ")));
        row.iter().map(said).collect()
    }

    /// Tells a table that is too wide row by row, each cell behind the names of its columns.
    fn told(&mut self, grid: &Grid<'_>, rows: &[Vec<Said<'_>>]) {
        for (row, places) in rows.iter().zip(&grid.rows) {
            for (column, said) in row.iter().enumerate() {
                let Some((_, words)) = said.as_ref().filter(|(place, words)| place.begins_column && !words.is_empty())
                else {
                    continue;
                };
                let names = grid.names(places, column);
                let names: Vec<String> = names.iter().map(|name| self.line(&name.inside).replace('\n', " ")).collect();
                match names.is_empty() {
                    true => self.lines(words),
                    false => self.lines(&format!("{}: {words}", names.join(", "))),
                }
            }
            self.gap();
        }
    }
}

fn align(said: &Said<'_>) -> Option<Align> {
    said.as_ref().map(|(place, _)| place.cell.align)
}

/// Gives the width of each column; a cell over several widens the last of them.
fn widths<'s, 't: 's>(rows: impl Iterator<Item = &'s Vec<Said<'t>>> + Clone, count: usize) -> Vec<usize> {
    let mut widths = vec![0; count];
    for over_several in [false, true] {
        for (column, reach, words) in rows.clone().flat_map(|row| beginning(row)) {
            let Some(own) = widths.get_mut(column..column + reach).filter(|_| (reach > 1) == over_several) else {
                continue;
            };
            let missing = columns(words).saturating_sub(own.iter().sum::<usize>() + GAP * (reach - 1));
            if let Some(last) = own.last_mut() {
                *last += missing;
            }
        }
    }
    widths
}

/// Gives what begins in a row: its column, how many it reaches over, and its words.
fn beginning<'s>(row: &'s [Said<'_>]) -> impl Iterator<Item = (usize, usize, &'s str)> {
    let places: Vec<Option<Place<'_>>> = row.iter().map(|said| said.as_ref().map(|(place, _)| *place)).collect();
    let begins = row.iter().enumerate().filter_map(|(column, said)| {
        let (place, words) = said.as_ref().filter(|(place, _)| place.begins_column)?;
        Some((column, if place.begins_row { words.as_str() } else { "" }))
    });
    begins.map(move |(column, words)| (column, span(&places, column), words))
}

/// Writes a row, with other alignments where they are known.
fn row_line(row: &[Said<'_>], widths: &[usize], aligned: &dyn Fn(usize) -> Option<Align>) -> String {
    let mut cells: Vec<String> = Vec::new();
    let mut next = 0;
    let blank = |from: usize, to: usize| widths[from..to].iter().map(|width| " ".repeat(*width));
    for (column, reach, words) in beginning(row) {
        cells.extend(blank(next, column));
        next = (column + reach).min(widths.len());
        let width = widths[column..next].iter().sum::<usize>() + GAP * (next - column).saturating_sub(1);
        let align = aligned(column).or(row.get(column).and_then(align)).unwrap_or_default();
        cells.push(padded(words, width, align));
    }
    cells.join(&" ".repeat(GAP))
}

/// Fills a text up to a width.
fn padded(text: &str, width: usize, align: Align) -> String {
    let missing = width.saturating_sub(columns(text));
    let before = match align {
        Align::Start => 0,
        Align::Centre => missing / 2,
        Align::End => missing,
    };
    format!("{}{text}{}", " ".repeat(before), " ".repeat(missing - before))
}

#[cfg(test)]
mod tests {
    use super::super::super::letter::{Block, Cell};
    use super::super::tests::{cells, text, words};
    use super::*;

    fn wide(text: &str, more_columns: u32, more_rows: u32) -> Cell {
        Cell { inside: words(text), more_columns, more_rows, ..Cell::default() }
    }

    #[test]
    fn a_table_is_aligned_if_it_fits_and_told_if_not() {
        let narrow =
            Table { head: vec![cells(&["Who", "What"])], rows: vec![cells(&["Nvidia", "chips"])], ..Table::default() };
        assert_eq!(text(&[Block::Table(narrow)]), "Who     What\n------  -----\nNvidia  chips\n\n");
        let long = "x ".repeat(50);
        let wide =
            Table { head: vec![cells(&["Who", "What"])], rows: vec![cells(&["Nvidia", &long])], ..Table::default() };
        assert!(text(&[Block::Table(wide)]).starts_with("Who: Nvidia\nWhat: x x"));
    }

    #[test]
    fn what_reaches_over_several_places_leaves_them_blank() {
        let mut first = vec![wide("EU", 0, 1)];
        first.extend(cells(&["1", "2"]));
        let head = vec![wide("Where", 0, 0), wide("Per year", 1, 0)];
        let table = Table { head: vec![head], rows: vec![first, cells(&["3", "4"])], ..Table::default() };
        let expected = "Where  Per year\n-----  -  -----\nEU     1  2\n       3  4\n\n";
        assert_eq!(text(&[Block::Table(table.clone())]), expected);
        let long = "x ".repeat(40);
        let mut rows = table.rows.clone();
        rows.push(vec![wide("All", 0, 0), wide(&long, 1, 0)]);
        let told = text(&[Block::Table(Table { rows, ..table })]);
        assert!(told.starts_with("Where: EU\nPer year: 1\nPer year: 2\n\nWhere: EU\nPer year: 3"), "{told}");
    }

    #[test]
    fn a_head_of_two_rows_stands_above_its_line_and_names_what_is_told() {
        let head = vec![vec![wide("Who", 0, 1), wide("2024", 1, 0)], cells(&["Q1", "Q2"])];
        let table = Table { head, rows: vec![cells(&["EU", "1", "2"])], ..Table::default() };
        let expected = "Who  2024\n     Q1  Q2\n---  --  --\nEU   1   2\n\n";
        assert_eq!(text(&[Block::Table(table.clone())]), expected);
        let rows = vec![cells(&["EU", "1", &"x ".repeat(40)])];
        let told = text(&[Block::Table(Table { rows, ..table })]);
        assert!(told.starts_with("Who: EU\n2024, Q1: 1\n2024, Q2: x x"), "{told}");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        let table = Table { rows: vec![cells(&["日本", "a"]), cells(&["US", "b"])], ..Table::default() };
        assert_eq!(text(&[Block::Table(table)]), "日本  a\nUS    b\n\n");
    }
}
