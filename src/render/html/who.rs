//! The matrix of who gets in where, which is looked at before anything is read.

use maud::{Markup, html};

use super::word_class;
use crate::document::Report;
use crate::render::matrix::{Cell, Matrix, called};
use crate::render::words::label;

/// Kinds of people by what they sign in to.
pub(super) fn matrix(report: &Report) -> Markup {
    let matrix = Matrix::of(report);
    // Of a value that the report does not list there is nothing to filter by.
    let place = |name: &str, value: &String| {
        let known = report.space.dimensions.iter().find(|dimension| dimension.name == name);
        let at = known.and_then(|known| known.values.iter().position(|own| own == value));
        at.map_or_else(|| "none".to_owned(), |at| at.to_string())
    };
    html! {
        section #who {
            h2 { "Who gets in where" }
            @if matrix.rows.is_empty() || matrix.columns.is_empty() {
                p { "This report says nothing of people and what they sign in to." }
            } @else {
                p {
                    "A row for each kind of people, a column for what they sign in to; things of which the same was found share a "
                    "column. The numbers count findings, and a cell leads to its own."
                }
                div.scroll tabindex="0" role="region" aria-label="Who gets in where" {
                    table.matrix {
                        thead { tr {
                            th scope="col" { "Who" }
                            @for column in &matrix.columns { th scope="col" title=(column.targets.join(", ")) { (called(&column.targets)) } }
                        } }
                        tbody {
                            @for (at, kind) in matrix.rows.iter().enumerate() {
                                tr {
                                    th scope="row" { (label(kind)) }
                                    @for column in &matrix.columns {
                                        @let cell = column.cells.get(at).copied().unwrap_or_default();
                                        @let targets: Vec<String> = column.targets.iter().map(|t| place("target.application", t)).collect();
                                        td.{ "is-" (cell.worst().map_or("none", word_class)) } {
                                            @if cell.worst().is_some() {
                                                a href="#findings" data-kind=(place("user.kind", kind)) data-targets=(targets.join(" ")) { (said(cell)) }
                                            } @else { (cell.otherwise(matrix.whole)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                dl.legend {
                    dt.is-bypass { "bypass" } dd { "some get in with less than was demanded" }
                    dt.is-lockout { "locked out" } dd { "some cannot get in who are not refused on purpose" }
                    dt.is-undetermined { "undetermined" } dd { "one of these, for some values of what is not known" }
                    dt.is-blocked { "blocked on purpose" } dd { "some are refused by a policy that blocks" }
                    @if matrix.whole {
                        dt { "granted" } dd { "everybody gets in, and with no less than was demanded" }
                    }
                    dt { "nothing found" } dd { @if matrix.whole { "only one of the two questions is about them" } @else { "nothing of what is listed; not every list is complete" } }
                    dt { "not asked" } dd { "no property is about such sign-ins" }
                }
            }
        }
    }
}

fn said(cell: Cell) -> Markup {
    let parts = [
        (cell.bypasses, "bypass", "bypass"),
        (cell.lockouts, "locked out", "lockout"),
        (cell.undetermined, "undetermined", "undetermined"),
        (cell.blocked, "blocked on purpose", "blocked"),
    ];
    html! { @for (count, name, class) in parts { @if count > 0 { span.part.{ "is-" (class) } { (name) " " span.count { (count) } } } } }
}
