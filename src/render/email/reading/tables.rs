//! Tables of a body: rows of cells, those that reach over several columns or rows included.

use super::super::clean::clean;
use super::super::grid;
use super::super::letter::{Align, Block, Cell, Table};
use super::super::tree::Element;
use super::Reading;

/// Cells reach over no more columns or rows than this; browsers have the same limit for columns.
const MOST: u32 = 1000;

/// A row of a body's table.
struct Row<'e> {
    cells: Vec<&'e Element>,
    /// Where it stands among all rows, those without cells included.
    at: usize,
    /// Which of the table's parts it is in: no cell reaches out of one.
    part: usize,
    is_head: bool,
}

/// Reads a table; `None` for one without cells.
pub(super) fn table(reading: &Reading<'_>, element: &Element) -> Option<Block> {
    let mut table = Table {
        caption: clean(element.find("caption").map(Element::text).unwrap_or_default().trim()),
        ..Table::default()
    };
    let mut rows = Vec::new();
    let mut parts = 0;
    collect_rows(element, false, &mut parts, &mut rows);
    rows.iter_mut().enumerate().for_each(|(at, row)| row.at = at);
    rows.retain(|row| !row.cells.is_empty());
    let mut cells: Vec<Vec<Cell>> = (0..rows.len()).map(|index| read_row(reading, &rows[index..])).collect();
    settle(&mut cells);
    for (row, cells) in rows.iter().zip(cells) {
        let is_head = row.is_head || row.cells.iter().all(|cell| cell.name == "th");
        if is_head && table.rows.is_empty() {
            table.head.push(cells);
        } else {
            table.rows.push(cells);
        }
    }
    (!table.rows.is_empty() || !table.head.is_empty()).then_some(Block::Table(table))
}

fn collect_rows<'e>(element: &'e Element, is_head: bool, parts: &mut usize, rows: &mut Vec<Row<'e>>) {
    let part = *parts;
    for child in element.elements() {
        match child.name.as_str() {
            "tr" => {
                let cells = child.elements().filter(|cell| matches!(cell.name.as_str(), "td" | "th")).collect();
                rows.push(Row { cells, at: 0, part, is_head });
            }
            "thead" | "tbody" | "tfoot" => {
                *parts += 1;
                collect_rows(child, child.name == "thead", parts, rows);
            }
            _ => {}
        }
    }
}

/// Reads the first of some rows.
fn read_row(reading: &Reading<'_>, rows: &[Row<'_>]) -> Vec<Cell> {
    let Some(row) = rows.first() else { return vec![] };
    let read = |cell: &&Element| {
        let reach = span(cell, "rowspan") as usize;
        let reached = rows.iter().take_while(|other| other.part == row.part && other.at < row.at + reach).count();
        Cell {
            inside: reading.line(&cell.children),
            align: align(cell),
            more_columns: span(cell, "colspan") - 1,
            more_rows: reached.saturating_sub(1) as u32,
        }
    };
    row.cells.iter().map(read).collect()
}

/// Reads how many columns or rows a cell reaches over; what is no such number is one.
fn span(cell: &Element, name: &str) -> u32 {
    cell.attribute(name).and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, MOST)
}

/// Lets cells reach as far as they do once they are laid out. Columns that no cell begins in go: who writes
/// `colspan="99"` means the width of the table.
fn settle(rows: &mut [Vec<Cell>]) {
    let laid_out = grid::lay_out(&*rows);
    let mut begins: Vec<bool> = vec![];
    for (column, place) in laid_out.iter().flat_map(|row| row.iter().enumerate()) {
        begins.resize(begins.len().max(column + 1), false);
        begins[column] |= place.is_some_and(|place| place.begins_column);
    }
    let mut settled: Vec<(u32, bool)> = Vec::new();
    for row in &laid_out {
        for (column, place) in row.iter().enumerate() {
            if place.is_some_and(|place| place.begins_column && place.begins_row) {
                let reached = begins.iter().skip(column).take(grid::span(row, column));
                settled.push((reached.filter(|begins| **begins).count() as u32, column < grid::MOST_COLUMNS));
            }
        }
    }
    for (cell, (columns, is_near)) in rows.iter_mut().flatten().zip(settled) {
        cell.more_columns = columns.saturating_sub(1);
        cell.more_rows = if is_near { cell.more_rows } else { 0 };
    }
}

fn align(cell: &Element) -> Align {
    let said = cell.attribute("align").unwrap_or_default();
    if cell.has_class("right") || said.eq_ignore_ascii_case("right") {
        Align::End
    } else if cell.has_class("center") || said.eq_ignore_ascii_case("center") {
        Align::Centre
    } else {
        Align::Start
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::blocks;
    use super::*;

    fn read(html: &str) -> Table {
        match &blocks(html)[..] {
            [Block::Table(table)] => table.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_table_knows_its_head_and_its_sides() {
        let table = read(
            "<table><thead><tr><th>A</th><th class=\"right\">B</th></tr></thead><tr><td>1</td><td>2</td></tr></table>",
        );
        assert_eq!((table.head[0].len(), table.rows.len(), table.head[0][1].align), (2, 1, Align::End));
    }

    #[test]
    fn cells_reach_as_far_as_there_are_columns_and_rows() {
        for (cells, more) in [
            ("colspan=2", (1, 0)),
            ("colspan=1000", (2, 0)),
            ("rowspan=2", (0, 1)),
            ("rowspan=99999", (0, 1)),
            ("rowspan=0 colspan=-2", (0, 0)),
            ("colspan=x", (0, 0)),
        ] {
            let html = format!("<tr><td {cells}>a</td></tr><tr></tr><tr><td>b<td>c<td>d</tr>");
            let table = read(&format!("<table>{html}</table>"));
            let spans = |rows: &[Vec<Cell>]| (rows[0][0].more_columns, rows[0][0].more_rows);
            let expected = if cells == "rowspan=2" { (0, 0) } else { more };
            assert_eq!(spans(&table.rows), expected, "{cells}");
            // No cell reaches from one part of a table into the next.
            let table = read(&format!("<table><tbody><tr><td {cells}>a</td></tr></tbody>{html}</table>"));
            assert_eq!(spans(&table.rows).1, 0, "{cells}");
        }
        let huge = "<tr><td colspan=1000 rowspan=1000>a</td></tr>".repeat(2000);
        let rows = read(&format!("<table>{huge}</table>")).rows;
        assert!(grid::lay_out(&rows).iter().all(|row| row.len() <= grid::MOST_COLUMNS + 1));
    }
}
