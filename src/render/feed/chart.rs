//! A chart for readers of feeds, whose programs show no drawing: what it shows, in a sentence and a table.

use crate::content::markdown::push_attribute;
use crate::site::view::{Block, DealRow};

/// Writes the block of a chart; nothing, if there is nothing to draw.
pub(in crate::render) fn chart(block: &Block) -> String {
    if block.chart_deals.is_empty() {
        return String::new();
    }
    let caption = block.data.get("caption").and_then(|caption| caption.as_str()).unwrap_or(&block.chart_title);
    let mut html = "<figure><figcaption><p><strong>".to_owned();
    push_attribute(&mut html, caption);
    html.push_str("</strong></p>");
    html.push_str(&block.body_html);
    html.push_str("</figcaption>\n<table><thead><tr>");
    for heading in ["Date", "Deal", "Kind", "Status", "Amount"] {
        html.push_str(&format!("<th scope=\"col\">{heading}</th>"));
    }
    html.push_str("</tr></thead><tbody>\n");
    block.chart_deals.iter().for_each(|row| push_row(&mut html, row));
    // An address of nothing leads to the page itself.
    html.push_str("</tbody></table>\n<p><a href=\"\">See the chart on the web</a></p></figure>");
    html
}

fn push_row(html: &mut String, row: &DealRow) {
    html.push_str("<tr><td>");
    push_attribute(html, &format!("{} {}", row.date.short, row.date.year));
    html.push_str("</td><th scope=\"row\">");
    if row.url.is_empty() {
        push_attribute(html, &row.title);
    } else {
        html.push_str("<a href=\"");
        push_attribute(html, &row.url);
        html.push_str("\">");
        push_attribute(html, &row.title);
        html.push_str("</a>");
    }
    html.push_str("</th>");
    for cell in [&row.kind, &row.status, &row.amount] {
        html.push_str("<td>");
        push_attribute(html, cell);
        html.push_str("</td>");
    }
    html.push_str("</tr>\n");
}
