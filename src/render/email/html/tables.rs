//! Tables of data: in columns, or told row by row where they are too wide for a telephone.

use super::super::grid::Grid;
use super::super::letter::{Align, Cell, Inline, Table};
use super::super::palette::RULE;
use super::{TEXT_WIDTH, Writer};

/// A table with more columns than this is told row by row.
const MAX_COLUMNS: usize = 4;
/// The pixels between two columns.
const GAP: u32 = 10;

impl Writer<'_> {
    /// Writes a table.
    pub(super) fn table(&mut self, table: &Table) {
        if !table.caption.is_empty() {
            self.small(&[Inline::Strong(vec![Inline::Text(table.caption.clone())])]);
        }
        let grid = Grid::of(table);
        match grid.columns() {
            columns if columns > MAX_COLUMNS => self.stacked(&grid),
            columns => self.in_columns(table, columns as u32),
        }
    }

    fn in_columns(&mut self, table: &Table, columns: u32) {
        let column = TEXT_WIDTH / columns.max(1);
        self.raw("<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"100%\" style=\"margin:0 0 16px;word-break:normal\">\n");
        for (element, rows) in [("th", &table.head), ("td", &table.rows)] {
            for row in rows {
                self.raw("<tr>");
                row.iter().for_each(|cell| self.cell(element, cell, column));
                self.raw("</tr>\n");
            }
        }
        self.raw("</table>\n");
    }

    fn cell(&mut self, element: &str, cell: &Cell, column: u32) {
        self.raw(&format!("<{element}"));
        let (scope, weight) = if element == "th" { (" scope=\"col\"", "font-weight:bold;") } else { ("", "") };
        self.raw(scope);
        for (name, more) in [("colspan", cell.more_columns), ("rowspan", cell.more_rows)] {
            if more > 0 {
                self.raw(&format!(" {name}=\"{}\"", more + 1));
            }
        }
        let align = match cell.align {
            // A heading stands in the middle unless it is told otherwise.
            Align::Start if element == "th" => self.sides.start,
            Align::Start => "",
            Align::Centre => "center",
            Align::End => "right",
        };
        if !align.is_empty() {
            self.raw(&format!(" align=\"{align}\""));
        }
        let padding = self.sides.four("6px", &format!("{GAP}px"), "6px", "0");
        self.raw(&format!(" valign=\"top\" class=\"u\" style=\"{weight}padding:{padding};"));
        self.raw(&format!("font-size:15px;line-height:1.4;border-bottom:1px solid {RULE}\">"));
        self.room = (column * (1 + cell.more_columns)).saturating_sub(GAP);
        self.inlines(&cell.inside);
        self.room = TEXT_WIDTH;
        self.raw(&format!("</{element}>"));
    }

    /// Tells a wide table row by row, each cell behind the names of its columns.
    fn stacked(&mut self, grid: &Grid<'_>) {
        for row in &grid.rows {
            self.raw("<p style=\"margin:0 0 12px;font-size:15px;line-height:1.4\">");
            for (column, place) in row.iter().enumerate() {
                let begins = place.filter(|place| place.begins_column && !place.cell.inside.is_empty());
                let Some(place) = begins else { continue };
                self.raw(if column > 0 { "<br>" } else { "" });
                let names = grid.names(row, column);
                if !names.is_empty() {
                    self.raw("<b>");
                    for (index, name) in names.iter().enumerate() {
                        self.raw(if index > 0 { ", " } else { "" });
                        self.inlines(&name.inside);
                    }
                    self.raw(":</b> ");
                }
                self.inlines(&place.cell.inside);
            }
            self.raw("</p>\n");
        }
    }
}
