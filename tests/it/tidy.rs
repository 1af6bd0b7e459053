//! What a reviewer would have to remember: walls between rooms, front doors, ids, documents, sizes.

use crate::support::{at, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tenantproof::property::CATALOGUE;
use tenantproof::semantics::{CLAUSES, RuleId};

/// Rooms in pipeline order, each with the rooms that it uses; a room may only use rows above its own.
const ROOMS: &[(&str, &[&str])] = &[
    ("parallel", &[]),
    ("logic", &[]),
    ("model", &[]),
    ("ingest", &["model"]),
    ("scenario", &["logic", "model"]),
    ("document", &["scenario"]),
    ("contract", &["model", "scenario"]),
    ("semantics", &["logic", "model", "scenario", "contract"]),
    ("system", &["logic", "model", "scenario", "semantics"]),
    ("property", &["logic", "model", "scenario", "contract", "semantics", "system"]),
    ("explicit", &["logic", "semantics", "system"]),
    ("symbolic", &["logic"]),
    ("proof", &["logic"]),
    ("counterexample", &["logic", "model", "contract", "semantics", "system", "property", "explicit"]),
    (
        "check",
        &[
            "parallel",
            "logic",
            "model",
            "ingest",
            "scenario",
            "contract",
            "semantics",
            "system",
            "property",
            "explicit",
            "symbolic",
            "proof",
            "counterexample",
        ],
    ),
    ("fleet", &["model"]),
    (
        "report",
        &[
            "document",
            "parallel",
            "ingest",
            "semantics",
            "system",
            "property",
            "symbolic",
            "proof",
            "counterexample",
            "check",
        ],
    ),
    ("render", &["scenario", "document", "semantics", "property"]),
    ("spec", &["parallel", "ingest", "scenario", "contract", "semantics", "property", "check"]),
    (
        "cli",
        &[
            "parallel",
            "model",
            "ingest",
            "scenario",
            "contract",
            "semantics",
            "system",
            "property",
            "symbolic",
            "proof",
            "counterexample",
            "check",
            "fleet",
            "document",
            "report",
            "render",
            "spec",
        ],
    ),
];

/// Words of code that only these rooms may use.
const OWNED: &[(&str, &[&str])] = &[
    ("z3::", &["symbolic"]),
    ("varisat", &["proof"]),
    ("petgraph", &["system", "explicit", "fleet"]),
    ("clap::", &["cli"]),
    ("indicatif", &["cli"]),
    ("println!", &["cli"]),
    ("print!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("eprint!", &["cli"]),
    ("io::stdout", &["cli"]),
    ("io::stderr", &["cli"]),
    ("process::exit", &["cli"]),
    ("std::fs", &["ingest", "spec", "cli"]),
    ("std::env::var", &[]),
    ("SystemTime", &[]),
    ("cel::", &["contract"]),
    ("csv::", &["render"]),
    ("quick_junit::", &["render"]),
    ("uuid::", &["render"]),
    ("Deserialize", &["ingest", "scenario", "contract", "document"]),
    ("Serialize", &["scenario", "document"]),
];

/// Files with a hash map outside of `logic`, whose order therefore must not reach an output.
const HASH_MAPS: &[(&str, &str)] = &[
    ("src/check/cores.rs", "the map of a substitution: looked up by variable, never walked"),
    ("src/check/enumerate.rs", "the map of a substitution: looked up by variable, never walked"),
    ("src/check/persist.rs", "substitutions are looked up by variable"),
    ("src/check/project.rs", "the map of a substitution: looked up by variable, never walked"),
    ("src/check/restricted.rs", "substitutions are looked up by variable"),
    ("src/check/simulate.rs", "the map of a substitution: looked up by variable, never walked"),
    ("src/check/strata.rs", "substitutions are looked up by variable"),
    ("src/check/switched.rs", "substitutions are looked up by variable"),
];

/// Files above the limit of 500 lines that are not blank.
const LONG: &[(&str, &str)] = &[
    ("src/semantics/switches.rs", "one table, one entry for each open question"),
    ("tests/it/generate.rs", "one strategy for each part of an export, in its order"),
];

/// All files below a folder with this ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![at(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The code of a file: no comments, nothing behind `#[cfg(test)]`.
fn code(path: &Path) -> String {
    let text = read(path);
    let kept = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().lines();
    kept.map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The files of a room without its unit tests.
fn sources(room: &str) -> Vec<PathBuf> {
    let mut found = files(&format!("src/{room}"), ".rs");
    found.retain(|path| !path.ends_with("tests.rs"));
    found
}

fn nothing(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let mut wrong = Vec::new();
    for (place, (room, uses)) in ROOMS.iter().enumerate() {
        for used in *uses {
            if !ROOMS[..place].iter().any(|(above, _)| above == used) {
                wrong.push(format!("{room} comes before {used}, which it uses"));
            }
        }
        let mut found = BTreeSet::new();
        for path in sources(room) {
            let code = code(&path);
            for (at, _) in code.match_indices("crate::") {
                let rest = &code[at + "crate::".len()..];
                let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let is_room = ROOMS.iter().any(|(other, _)| *other == named);
                if is_room && named != *room && !uses.contains(&named.as_str()) {
                    wrong.push(format!("{}: {room} may not use {named}", shown(&path)));
                }
                found.insert(named);
            }
        }
        for unused in uses.iter().filter(|used| !found.contains(**used)) {
            wrong.push(format!("{room} may use {unused} and does not: take it out of the table"));
        }
    }
    nothing(&wrong);
}

#[test]
fn rooms_are_listed_in_the_order_of_the_pipeline() {
    let text = read(&at("src/lib.rs"));
    let listed: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let wanted: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(listed, wanted, "src/lib.rs lists its rooms in another order than that of the pipeline");
}

#[test]
fn words_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for path in files("src", ".rs") {
        let name = shown(&path);
        let room = name.split('/').nth(1).unwrap_or_default().to_owned();
        let code = code(&path);
        for (word, rooms) in OWNED {
            if code.contains(word) && !rooms.contains(&room.as_str()) && room != "main.rs" {
                wrong.push(format!("{name}: only {rooms:?} may say `{word}`"));
            }
        }
        if room == "report" && code.replace("crate::symbolic::version", "").contains("crate::symbolic") {
            wrong.push(format!("{name}: `report` may ask the solver for its version only"));
        }
    }
    for path in sources("logic") {
        let code = code(&path).to_lowercase();
        for word in
            ["entra", "tenant", "policy", "policies", "guest", "mfa", "sign-in", "user", "graph", "rule"]
        {
            if code.contains(word) {
                wrong.push(format!("{}: `{word}` is no word of `logic`", shown(&path)));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn no_hash_map_where_order_reaches_output() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for room in ["check", "report", "counterexample", "property", "scenario", "ingest", "cli", "spec"] {
        for path in sources(room) {
            let name = shown(&path);
            let code = code(&path);
            if !code.contains("HashMap") && !code.contains("HashSet") {
                continue;
            }
            match HASH_MAPS.iter().find(|(file, _)| *file == name) {
                Some((file, _)) => drop(used.insert(*file)),
                None if room == "property" => {}
                None => wrong.push(format!("{name}: a hash map; use BTreeMap")),
            }
        }
    }
    for (file, _) in HASH_MAPS.iter().filter(|(file, _)| !used.contains(file)) {
        wrong.push(format!("{file} has no hash map any more: take it off the list"));
    }
    nothing(&wrong);
}

#[test]
fn every_file_says_what_it_is() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests/it"] {
        for path in files(folder, ".rs") {
            if !read(&path).starts_with("//!") {
                wrong.push(format!("{}: the first line is no `//!`", shown(&path)));
            }
        }
    }
    for (room, _) in ROOMS {
        let front = at(&format!("src/{room}/mod.rs"));
        let text = read(&front);
        for line in ["//! * **In:**", "//! * **Out:**", "//! * **Never:**"] {
            if !text.contains(line) {
                wrong.push(format!("{}: no line `{line}`", shown(&front)));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    let mut long = BTreeSet::new();
    for folder in ["src", "tests/it"] {
        for path in files(folder, ".rs") {
            let lines = read(&path).lines().filter(|line| !line.trim().is_empty()).count();
            let name = shown(&path);
            if lines > 500 {
                match LONG.iter().find(|(file, _)| *file == name) {
                    Some((file, _)) => drop(long.insert(*file)),
                    None => wrong.push(format!("{name}: {lines} lines; 500 is the limit")),
                }
            } else if lines > 300 {
                eprintln!("{name}: {lines} lines");
            }
        }
    }
    for (file, _) in LONG.iter().filter(|(file, _)| !long.contains(file)) {
        wrong.push(format!("{file} is short enough: take it off the list"));
    }
    nothing(&wrong);
}

#[test]
fn rules_and_documents_name_the_same_ids() {
    let mut documented: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut pages = files("docs/semantics", ".md");
    pages.push(at("docs/semantics.md"));
    for page in pages {
        for line in read(&page).lines() {
            if let Some((id, _)) = line.strip_prefix("### ").and_then(|rest| rest.split_once(" — ")) {
                documented.entry(id.to_owned()).or_default().push(shown(&page));
            }
        }
    }
    let rules = RuleId::ALL.iter().map(|rule| rule.rule());
    let clauses = CLAUSES.iter().map(|clause| clause.rule);
    let known: BTreeSet<String> = rules.chain(clauses).map(|rule| rule.id.to_owned()).collect();
    let mut wrong = Vec::new();
    for id in known.iter().filter(|id| !documented.contains_key(*id)) {
        wrong.push(format!("{id}: in the registry, without a heading `### {id} — …` in docs/semantics"));
    }
    for (id, pages) in &documented {
        if !known.contains(id) {
            wrong.push(format!("{id}: a heading of {}, not in the registry", pages.join(", ")));
        }
        if pages.len() > 1 {
            wrong.push(format!("{id}: more than one heading: {}", pages.join(", ")));
        }
    }
    nothing(&wrong);
}

#[test]
fn properties_and_documents_name_the_same_ids() {
    let text = read(&at("docs/properties.md"));
    let documented: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let known: BTreeSet<&str> = CATALOGUE.iter().map(|property| property.id).collect();
    assert_eq!(documented, known);
}

#[test]
fn decisions_have_a_status_and_a_date() {
    let decisions = files("docs/adr", ".md");
    assert!(!decisions.is_empty(), "no decisions in docs/adr");
    let mut wrong = Vec::new();
    for path in decisions {
        let text = read(&path);
        for key in ["Status: ", "Date: "] {
            if !text.lines().any(|line| line.starts_with(key)) {
                wrong.push(format!("{}: no line `{key}…`", shown(&path)));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn relative_links_lead_somewhere() {
    let mut pages = files("docs", ".md");
    pages.extend([at("README.md"), at("CHANGELOG.md")]);
    let mut wrong = Vec::new();
    for page in pages {
        let text = read(&page);
        for (start, _) in text.match_indices("](") {
            let link = text[start + 2..].split(')').next().unwrap_or_default();
            let outside = link.contains("://") || link.starts_with("mailto:");
            let path = link.split('#').next().unwrap_or_default();
            let folder = page.parent().unwrap_or(root());
            if !outside && !path.is_empty() && !folder.join(path).exists() {
                wrong.push(format!("{}: {link} does not exist", shown(&page)));
            }
        }
    }
    nothing(&wrong);
}

#[test]
fn snapshots_are_short_and_used() {
    let tests: String = files("tests/it", ".rs").iter().map(|path| read(path)).collect();
    let mut wrong = Vec::new();
    for path in files("tests/golden", "") {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".snap") else {
            wrong.push(format!("{}: not a snapshot; review or delete it", shown(&path)));
            continue;
        };
        if !tests.contains(&format!("\"{stem}\"")) {
            wrong.push(format!("{}: no test names it", shown(&path)));
        }
        let lines = read(&path).lines().count();
        if lines > 150 {
            wrong.push(format!("{}: {lines} lines; 150 is the limit", shown(&path)));
        }
    }
    nothing(&wrong);
}

#[test]
fn the_oracle_shares_nothing_with_the_program() {
    let mut wrong = Vec::new();
    for path in files("tests/it/oracle", ".rs") {
        if code(&path).contains("tenantproof") {
            wrong.push(format!("{}: names the program", shown(&path)));
        }
    }
    nothing(&wrong);
}
