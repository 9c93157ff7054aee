//! A table's cells where they stand: a cell that reaches over several columns or rows is at each of their places.

use super::letter::{Cell, Table};

/// Only within so many columns do cells reach over several places, so that few cells make no huge table.
pub(super) const MOST_COLUMNS: usize = 64;

/// What stands at one place of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'t> {
    /// The cell.
    pub(super) cell: &'t Cell,
    /// Whether the cell begins in this column.
    pub(super) begins_column: bool,
    /// Whether the cell begins in this row.
    pub(super) begins_row: bool,
}

/// The places of a row; `None` where no cell reaches.
pub(super) type Row<'t> = Vec<Option<Place<'t>>>;

/// A table whose cells are laid out.
pub(super) struct Grid<'t> {
    /// The rows of the head.
    pub(super) head: Vec<Row<'t>>,
    /// The rows below it.
    pub(super) rows: Vec<Row<'t>>,
}

impl<'t> Grid<'t> {
    /// Lays a table out.
    pub(super) fn of(table: &'t Table) -> Self {
        let mut head = lay_out(table.head.iter().chain(&table.rows));
        let rows = head.split_off(table.head.len());
        Self { head, rows }
    }

    /// Counts the columns.
    pub(super) fn columns(&self) -> usize {
        self.rows.iter().chain(&self.head).map(Vec::len).max().unwrap_or(0)
    }

    /// Gives the cells of the head over a cell that begins in a column, those without words left out.
    pub(super) fn names(&self, row: &Row<'t>, column: usize) -> Vec<&'t Cell> {
        let mut names: Vec<&Cell> = Vec::new();
        let reach = span(row, column);
        let above = self.head.iter().flat_map(|head| head.iter().skip(column).take(reach));
        for name in above.flatten().map(|place| place.cell).filter(|cell| !cell.inside.is_empty()) {
            if !names.iter().any(|known| std::ptr::eq(*known, name)) {
                names.push(name);
            }
        }
        names
    }
}

/// Lays rows of cells out.
pub(super) fn lay_out<'t>(rows: impl IntoIterator<Item = &'t Vec<Cell>>) -> Vec<Row<'t>> {
    // For each column, the cell that reaches down into the next row, and into how many.
    let mut hanging: Vec<Option<(Place<'t>, u32)>> = vec![];
    rows.into_iter().map(|cells| lay_out_row(cells, &mut hanging)).collect()
}

fn lay_out_row<'t>(cells: &'t [Cell], hanging: &mut Vec<Option<(Place<'t>, u32)>>) -> Row<'t> {
    let mut row = Row::new();
    let mut cells = cells.iter();
    loop {
        let column = row.len();
        if let Some(slot) = hanging.get_mut(column)
            && let Some((place, left)) = slot.take()
        {
            row.push(Some(place));
            *slot = (left > 1).then(|| (place, left - 1));
        } else if let Some(cell) = cells.next() {
            hang(cell, &mut row, hanging);
        } else if hanging.iter().skip(column).any(Option::is_some) {
            row.push(None);
        } else {
            return row;
        }
    }
}

/// Puts a cell at its places in a row, and notes how far it reaches down.
fn hang<'t>(cell: &'t Cell, row: &mut Row<'t>, hanging: &mut Vec<Option<(Place<'t>, u32)>>) {
    let first = row.len();
    let is_near = first < MOST_COLUMNS;
    let last = if is_near { (first + cell.more_columns as usize).min(MOST_COLUMNS - 1) } else { first };
    for column in first..=last {
        // Where another cell reaches down, this one ends.
        if hanging.get(column).is_some_and(Option::is_some) {
            return;
        }
        let place = Place { cell, begins_column: column == first, begins_row: true };
        row.push(Some(place));
        if is_near && cell.more_rows > 0 {
            hanging.resize(hanging.len().max(column + 1), None);
            hanging[column] = Some((Place { begins_row: false, ..place }, cell.more_rows));
        }
    }
}

/// Counts the columns of the cell that begins in one.
pub(super) fn span(row: &Row<'_>, column: usize) -> usize {
    let further = row.iter().skip(column + 1);
    1 + further.take_while(|place| place.is_some_and(|place| !place.begins_column)).count()
}

#[cfg(test)]
mod tests {
    use super::super::letter::Inline;
    use super::*;

    /// Says what stands where: a letter where a cell begins, `<` and `^` where it goes on, `.` where none is.
    fn shape(rows: &[Vec<Cell>]) -> Vec<String> {
        let sign = |place: &Option<Place<'_>>| match place {
            None => '.',
            Some(place) if !place.begins_column => '<',
            Some(place) if !place.begins_row => '^',
            Some(place) => super::super::letter::plain(&place.cell.inside).chars().next().unwrap_or(' '),
        };
        lay_out(rows).iter().map(|row| row.iter().map(sign).collect()).collect()
    }

    fn cell(text: &str, more_columns: u32, more_rows: u32) -> Cell {
        Cell { inside: vec![Inline::Text(text.to_owned())], more_columns, more_rows, ..Cell::default() }
    }

    #[test]
    fn cells_make_room_for_those_that_reach_down() {
        let rows = [
            vec![cell("a", 0, 1), cell("b", 1, 0), cell("c", 0, 2)],
            vec![cell("d", 0, 0), cell("e", 0, 0)],
            vec![cell("f", 0, 0)],
            vec![cell("g", 2, 0)],
        ];
        assert_eq!(shape(&rows), ["ab<c", "^de^", "f..^", "g<<"]);
        assert_eq!(shape(&[vec![cell("a", 0, 0), cell("b", 0, 1)], vec![cell("c", 1, 0)]]), ["ab", "c^"]);
    }
}
