//! Formats: the one [`Report`](crate::document::Report) as people and pipelines read it.
//!
//! * **In:** a report.
//! * **Out:** text in some format, with every finding of the report in it.
//! * **Never:** a conclusion of its own, or a look at anything but the report and the catalogues.

mod drawing;
mod explain;
mod fleet;
mod html;
mod itf;
mod junit;
mod markdown;
mod matrix;
mod ndjson;
mod oscal;
mod picture;
mod proof;
mod record;
mod sarif;
mod scenes;
mod style;
mod summary;
mod svg;
mod table;
mod terminal;
mod words;

pub use drawing::{dot, mermaid};
pub use explain::explanation;
pub use fleet::overview;
pub use html::page;
pub use itf::itf;
pub use junit::junit;
pub use markdown::markdown;
pub use ndjson::ndjson;
pub use oscal::oscal;
pub use proof::proof;
pub use sarif::sarif;
pub use style::Style;
pub use summary::summary;
pub use svg::svg;
pub use table::{csv, users_csv};
pub use terminal::{details, verdict_text};
