//! The HTML report in a headless Chromium: filters, search, traces, the matrix, the keyboard, the dark, paper; hostile names.

use crate::cli::run;
use crate::reports::{hostile, large};
use crate::support::at;
use std::process::Command;
use tenantproof::render::page;

#[test]
fn the_page_works_in_a_browser() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("it is written");
    write("story.html", run(&["check", "specs/tenants/story", "--format", "html"]).exits(1).out);
    write("large.html", page(&large().inert().expect("a report")));
    write("hostile.html", page(&hostile().inert().expect("a report")));
    let mut node = Command::new("node");
    node.arg(at("tests/page/page.test.js")).arg(folder.path());
    // Pictures of the documents are made in the same run, where they are asked for.
    if std::env::var_os("TENANTPROOF_PICTURES").is_some() {
        node.arg(at("docs/pictures"));
    }
    let ran = node.output().expect("Node runs: the tests of the page need it (https://nodejs.org)");
    let said = [ran.stdout, ran.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(ran.status.success() && said.contains("the page works"), "{said}");
    eprintln!("{said}");
}
