//! Formats: the one [`Report`](crate::document::Report) as people and pipelines read it.
//!
//! * **In:** a report.
//! * **Out:** text in some format, with every finding of the report in it.
//! * **Never:** a conclusion of its own, or a look at anything but the report and the catalogues.

mod explain;
mod proof;
mod scenes;
mod style;
mod summary;
mod terminal;
mod words;

pub use explain::explanation;
pub use proof::proof;
pub use style::Style;
pub use summary::summary;
pub use terminal::{details, verdict_text};
