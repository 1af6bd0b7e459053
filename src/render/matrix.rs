//! Who by what: for each kind of people and each thing they sign in to, what was found. It is read off the findings alone.

use std::collections::BTreeMap;

use super::words::{Side, label};
use crate::document::{Finding, Report, Verdict};

/// What was found of one kind of people at one thing that they sign in to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    /// Findings by which some get in with less than was demanded.
    pub(super) bypasses: usize,
    /// Findings by which some are locked out.
    pub(super) lockouts: usize,
    /// Findings that are so for some values of what is not known.
    pub(super) undetermined: usize,
    /// Sets of sign-ins that are refused on purpose.
    pub(super) blocked: usize,
    /// A property on lockouts is about them, and one on bypasses.
    pub(super) asked: (bool, bool),
}

impl Cell {
    /// The gravest of what was found; of no finding nothing.
    pub(super) fn worst(&self) -> Option<&'static str> {
        let found = [
            (self.bypasses, "bypass"),
            (self.lockouts, "lockout"),
            (self.undetermined, "undetermined"),
            (self.blocked, "blocked"),
        ];
        found.iter().find(|(count, _)| *count > 0).map(|(_, name)| *name)
    }

    /// What is said where nothing was found.
    pub(super) fn otherwise(&self, whole: bool) -> &'static str {
        match self.asked {
            (true, true) if whole => "granted",
            (false, false) => "not asked",
            _ => "nothing found",
        }
    }

    fn add(&mut self, side: Side, certain: bool) {
        match side {
            Side::Decision if certain => self.blocked += 1,
            Side::Lockout if certain => self.lockouts += 1,
            Side::Bypass if certain => self.bypasses += 1,
            Side::Lockout | Side::Bypass | Side::Decision => self.undetermined += 1,
            Side::Statement | Side::Policies => {}
        }
    }
}

/// Things to sign in to of which the same was found.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Their values in the dimension of targets.
    pub(super) targets: Vec<String>,
    /// A cell for each row.
    pub(super) cells: Vec<Cell>,
}

/// The matrix.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    /// Kinds of people.
    pub(super) rows: Vec<String>,
    /// What they sign in to.
    pub(super) columns: Vec<Column>,
    /// Nothing was left out of any list: where it was asked and nothing was found, people get in, with no less than was demanded.
    pub(super) whole: bool,
}

impl Matrix {
    pub(super) fn of(report: &Report) -> Self {
        let rows = values(report, "user.kind", |finding| &finding.kinds);
        let targets = values(report, "target.application", |finding| &finding.targets);
        let mut cells: Vec<Vec<Cell>> = vec![vec![Cell::default(); rows.len()]; targets.len()];
        for verdict in report.verdicts.iter().filter(|verdict| verdict.verdict != "skipped") {
            let side = Side::of(&verdict.property);
            for (target, column) in targets.iter().zip(&mut cells) {
                for (kind, cell) in rows.iter().zip(column) {
                    if verdict.kinds.contains(kind) && verdict.targets.contains(target) {
                        cell.asked.0 |= side == Side::Lockout;
                        cell.asked.1 |= side == Side::Bypass;
                    }
                }
            }
        }
        for (verdict, finding) in report.findings() {
            for (target, column) in targets.iter().zip(&mut cells) {
                for (kind, cell) in rows.iter().zip(column) {
                    if finding.kinds.contains(kind) && finding.targets.contains(target) {
                        cell.add(Side::of(&verdict.property), finding.depends_on.is_empty());
                    }
                }
            }
        }
        // Columns of which the same was found are one.
        let mut places: BTreeMap<Vec<Cell>, usize> = BTreeMap::new();
        let mut columns: Vec<Column> = Vec::new();
        for (target, cells) in targets.into_iter().zip(cells) {
            let at = *places.entry(cells.clone()).or_insert(columns.len());
            match columns.get_mut(at) {
                Some(column) => column.targets.push(target),
                None => columns.push(Column { targets: vec![target], cells }),
            }
        }
        Self { rows, columns, whole: report.verdicts.iter().all(is_whole) }
    }
}

/// The values of a dimension, in their order; where the report does not list them, those that findings name.
fn values(report: &Report, name: &str, of: impl Fn(&Finding) -> &Vec<String>) -> Vec<String> {
    let listed = report.space.dimensions.iter().find(|dimension| dimension.name == name);
    let mut all = listed.map(|dimension| dimension.values.clone()).unwrap_or_default();
    for value in report.findings().flat_map(|(_, finding)| of(finding)) {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    all
}

/// A verdict on lockouts or bypasses whose list has everything.
fn is_whole(verdict: &Verdict) -> bool {
    match Side::of(&verdict.property) {
        Side::Lockout | Side::Bypass => {
            ["holds", "vacuous", "skipped"].contains(&verdict.verdict.as_str())
                || (!verdict.enumeration.is_empty()
                    && verdict.enumeration.iter().all(|range| range.status == "complete"))
        }
        Side::Decision | Side::Statement | Side::Policies => true,
    }
}

/// What several things to sign in to are called together.
pub(super) fn called(targets: &[String]) -> String {
    const FEW: usize = 3;
    let name = |target: &String| match target.as_str() {
        "All" => "applications that no policy names".to_owned(),
        "urn:user:registersecurityinfo" => "registering security information".to_owned(),
        "urn:user:registerdevice" => "registering or joining a device".to_owned(),
        "authenticationContext (any other)" => "what asks for another authentication context".to_owned(),
        other => label(other).to_owned(),
    };
    let names: Vec<String> = targets.iter().take(FEW).map(name).collect();
    match targets.len().saturating_sub(FEW) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
