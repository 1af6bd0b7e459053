//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::exit::FailOn;
use crate::render::Style;

fn version() -> String {
    format!(
        "{} (Z3 {}, rules of {})",
        env!("CARGO_PKG_VERSION"),
        crate::symbolic::version(),
        crate::semantics::SEMANTICS_DATE
    )
}

/// Finds, and rules out, guest lockouts and MFA bypasses in Microsoft Entra tenants.
#[derive(Debug, Parser)]
#[command(name = "tenantproof", version = version(), arg_required_else_help = true)]
pub(super) struct Args {
    /// Print results only.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Print everything that is known.
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

impl Args {
    /// How text looks on standard output.
    pub(super) fn style(&self) -> Style {
        super::output::style(self.color)
    }
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

/// The formats of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Html,
    Sarif,
    Junit,
    Markdown,
    Csv,
    Ndjson,
    Itf,
    Oscal,
    Dot,
    Mermaid,
    Svg,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Decide every property of a tenant and print the report.
    Check(Check),
    /// Decide many tenants: a line of JSON in for each, a line of JSON out.
    Batch(Batch),
    /// Show a saved report in another format.
    Report(Report),
    /// Check the evidence of a run without trusting it: derive it again, compare, check proofs, replay.
    Audit(Audit),
    /// Walk one sign-in through the graph: granted, blocked or dependent.
    Simulate(Simulate),
    /// Which policies apply to a sign-in that a Graph What-If request describes.
    Whatif(Whatif),
    /// One counterexample, rule, property or open question, in full.
    Explain(Explain),
    /// Run executable specifications and contracts.
    Test(Test),
    /// Propose a contract: what the tenant guarantees now.
    Init(Init),
    /// The schema of a file that people write.
    Schema(Schema),
    /// The sign-in state graph.
    Graph(Graph),
    /// The rules that are modelled.
    Rules(Listing),
    /// The properties.
    Properties(Listing),
    /// The open questions and their readings.
    Assumptions(Questions),
    /// Completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Manual pages, one for each command.
    Man {
        /// Where they are written.
        dir: PathBuf,
    },
}

/// Options that say what is assumed.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct Assume {
    /// Fix an open question (repeatable); `tenantproof assumptions` lists them.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) assume: Vec<String>,
    /// Fix many at once: a YAML file of facts, each with author and reason (repeatable).
    #[arg(long, value_name = "FILE")]
    pub(super) facts: Vec<PathBuf>,
    /// Which readings of open questions are covered.
    #[arg(long, value_enum, default_value_t = Profile::Open)]
    pub(super) profile: Profile,
    /// The day whose rules apply, like 2026-11-21; the default is the day whose rules this version reads.
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// The configuration of a home tenant, by its tenant id or a verified domain (repeatable).
    #[arg(long, value_name = "ID=TENANT")]
    pub(super) home: Vec<String>,
    /// Decide as if these policies were enabled: an id, `reportOnly` or `all` (repeatable).
    #[arg(long, value_name = "ID|reportOnly|all")]
    pub(super) enable: Vec<String>,
    /// Seconds per question to the solver.
    #[arg(long, value_name = "SECONDS")]
    pub(super) timeout: Option<u32>,
}

/// Which readings of open questions are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Profile {
    /// All of them.
    #[default]
    Open,
    /// The one that the sources support best.
    Likely,
}

/// What is decided of a tenant, and under which assumptions.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Decide {
    /// Only properties and statements whose ids match (repeatable; `*` matches anything).
    #[arg(long, value_name = "GLOB")]
    pub(super) property: Vec<String>,
    /// Decide the statements of a contract too (repeatable).
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// List at most so many counterexamples of each property.
    #[arg(long, value_name = "N")]
    pub(super) max_counterexamples: Option<usize>,
    /// Enumerate people with up to so many memberships.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(super) memberships: usize,
    /// Tell counterexamples apart by these dimensions only, like user.kind,target.application; a set stands for its members.
    #[arg(long, value_name = "DIM", value_delimiter = ',')]
    pub(super) project: Vec<String>,
    /// For what holds, also look for every least set of policies and settings that makes it hold, and which single one breaks it.
    #[arg(long)]
    pub(super) why: bool,
    /// An emergency account by its object id (repeatable): it has to get in always, and leaves every other question.
    #[arg(long, value_name = "ID")]
    pub(super) break_glass: Vec<String>,
}

impl Decide {
    /// The same as words of a command line.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
        self.property.iter().for_each(|glob| add("--property", glob.clone()));
        self.contract.iter().for_each(|path| add("--contract", path.display().to_string()));
        self.break_glass.iter().for_each(|id| add("--break-glass", id.clone()));
        self.max_counterexamples.iter().for_each(|most| add("--max-counterexamples", most.to_string()));
        add("--memberships", self.memberships.to_string());
        self.project.iter().for_each(|name| add("--project", name.clone()));
        words.extend(self.why.then(|| "--why".to_owned()));
        words.extend(self.assume.words());
        words
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Check {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    #[command(flatten)]
    pub(super) decide: Decide,
    /// Decide so many properties at once; as many as there are processors by default.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Keep conclusions in a folder: of the same input, options and version they are not drawn again. Evidence always is.
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Which conclusion fails a pipeline.
    #[arg(long, value_enum)]
    pub(super) fail_on: Option<FailOn>,
    /// Also write evidence to a folder that is empty or not there: questions, proofs, sign-ins, manifest.
    #[arg(long, value_name = "DIR")]
    pub(super) evidence: Option<PathBuf>,
    /// Also write who of the directory can be in which finding: CSV where the name ends so, lines of JSON otherwise.
    #[arg(long, value_name = "FILE", conflicts_with = "redact")]
    pub(super) users_out: Option<PathBuf>,
    /// Compare with an earlier report in JSON: what is new, gone and unchanged.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Fail only on what the baseline does not have.
    #[arg(long, requires = "baseline")]
    pub(super) fail_on_new: bool,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Also write a format to a file (repeatable).
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    #[command(flatten)]
    pub(super) redaction: Redaction,
}

/// Many tenants at once.
#[derive(Debug, ClapArgs)]
pub(super) struct Batch {
    /// The tenants, one line of JSON each: `{"tenant": PATH}`, with `id`, `homes` ({ID: PATH}) and `options` (words as `check` takes
    /// them) where they are wanted. Paths are taken from here. `-` is standard input.
    #[arg(default_value = "-")]
    pub(super) manifest: PathBuf,
    #[command(flatten)]
    pub(super) decide: Decide,
    /// Decide so many tenants at once; as many as there are processors by default.
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// Keep conclusions in a folder: of the same input, options and version they are not drawn again.
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// What an earlier run printed before it broke off: its lines are printed again where nothing has changed.
    #[arg(long, value_name = "FILE")]
    pub(super) resume: Option<PathBuf>,
    /// What an earlier run printed: each line says what is new and what is gone since.
    #[arg(long, value_name = "FILE")]
    pub(super) since: Option<PathBuf>,
    /// Also write an overview of all tenants in Markdown: who is violated, by cause, and what has changed.
    #[arg(long, value_name = "FILE")]
    pub(super) overview: Option<PathBuf>,
    /// Put the whole report into each line.
    #[arg(long)]
    pub(super) full: bool,
    /// Decide each tenant alone, also where the home of its partners is among the others.
    #[arg(long)]
    pub(super) alone: bool,
    /// Which conclusion of a tenant fails a pipeline.
    #[arg(long, value_enum)]
    pub(super) fail_on: Option<FailOn>,
}

/// Whether names are shown.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct Redaction {
    /// Show pseudonyms instead of people, tenants, policies, places and paths: the same one for the same thing everywhere.
    #[arg(long)]
    pub(super) redact: bool,
    /// A file whose bytes the pseudonyms are made with, so that nobody without it can try names out.
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(super) redact_key: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Report {
    /// What `check --format json` wrote; `-` is standard input.
    pub(super) report: PathBuf,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Also write a format to a file (repeatable).
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    #[command(flatten)]
    pub(super) redaction: Redaction,
}

impl Assume {
    /// The same as words of a command line.
    pub(super) fn words(&self) -> Vec<String> {
        let facts: Vec<String> = self.facts.iter().map(|path| path.display().to_string()).collect();
        let given: [(&str, &[String]); 4] = [
            ("--assume", &self.assume),
            ("--facts", &facts),
            ("--home", &self.home),
            ("--enable", &self.enable),
        ];
        let mut words: Vec<String> = Vec::new();
        for (option, values) in given {
            words.extend(values.iter().flat_map(|value| [option.to_owned(), value.clone()]));
        }
        let likely = self.profile == Profile::Likely;
        words.extend(likely.then_some(["--profile", "likely"]).into_iter().flatten().map(str::to_owned));
        words.extend(self.as_of.iter().flat_map(|day| ["--as-of".to_owned(), day.clone()]));
        words.extend(self.timeout.iter().flat_map(|seconds| ["--timeout".to_owned(), seconds.to_string()]));
        words
    }
}

#[derive(Debug, ClapArgs)]
pub(super) struct Audit {
    /// The folder that `check --evidence` wrote.
    pub(super) evidence: PathBuf,
    /// Where the tenant lies now, if not where it lay then.
    #[arg(long, value_name = "TENANT")]
    pub(super) tenant: Option<PathBuf>,
    /// Where home tenants lie now, all of them (repeatable).
    #[arg(long, value_name = "ID=TENANT")]
    pub(super) home: Vec<String>,
    /// Have another solver answer each question (repeatable): a program that takes a file in SMT-LIB.
    #[arg(long, value_name = "PATH")]
    pub(super) solver: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Simulate {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    /// A JSON file with one sign-in; `-` is standard input.
    pub(super) scenario: PathBuf,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// Also write a format to a file (repeatable).
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Whatif {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    /// A JSON file with the body of a request, or with one on each line; `-` is standard input.
    pub(super) request: PathBuf,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(super) format: Format,
    /// Also write a format to a file (repeatable).
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Explain {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    /// The id of a counterexample (as `check` prints it), a rule, a property or an open question.
    pub(super) id: String,
    /// As given to `check`.
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// As given to `check`.
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(super) memberships: usize,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Init {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// An emergency account by its object id (repeatable), as `check` takes it.
    #[arg(long, value_name = "ID")]
    pub(super) break_glass: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Schema {
    /// Of which file; all names are listed where it is left out.
    pub(super) name: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Test {
    /// Specifications (Markdown), contracts (YAML), or folders; behind a contract the tenant that it is about.
    #[arg(required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// The tenant that contracts are about.
    #[arg(long, value_name = "TENANT")]
    pub(super) tenant: Option<PathBuf>,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// An emergency account by its object id (repeatable), as `check` takes it.
    #[arg(long, value_name = "ID")]
    pub(super) break_glass: Vec<String>,
    /// Which steps and rules the cases take and refuse.
    #[arg(long)]
    pub(super) coverage: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Graph {
    /// A folder or a file of an export.
    pub(super) tenant: PathBuf,
    #[command(flatten)]
    pub(super) assume: Assume,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Dot)]
    pub(super) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Questions {
    #[command(flatten)]
    pub(super) listing: Listing,
    /// A report of `check --format json`: which of its verdicts hang on each question.
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Listing {
    /// Only this one.
    pub(super) id: Option<String>,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}
