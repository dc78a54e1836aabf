//! What can be typed.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use overheard_engine::run::Part;
use overheard_engine::{EngineKind, Isa};
use overheard_report::WIDTH;
use overheard_study::Design;

use crate::numbers::{draws, people, seed, threads};
use crate::tune::{Tuning, isa};

/// Simulates what a month looks like for everyone when what people say to Meta AI helps choose their ads, posts and
/// Reels: with the rule and without it.
#[derive(Debug, Parser)]
#[command(name = "overheard", version, max_term_width = 100)]
#[command(after_help = "Begin with: overheard run scenarios/december-16.toml --people 100k")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a scenario and write its outcomes, charts and report into a folder
    Run(RunArguments),
    /// Run a scenario at many points of what nobody knows: bands, and which unknown moves what. A point has 20,000 assistant
    /// users unless --people says otherwise
    Sweep(SweepArguments),
    /// What each provision of a rule contributes: alone, as the last, and on the average over all orders
    Decompose(DecomposeArguments),
    /// Run a scenario and compare its outcomes with a golden table (exit code 1 if one left its tolerance)
    Check(CheckArguments),
    /// Print what differs between two finished runs, the second against the first, or between the arms of one, and what of it is
    /// more than chance
    Compare(CompareArguments),
    /// Draw the charts and the report of a finished run again
    Plot(PlotArguments),
    /// Tell a traced person's month in sentences: the chain from a chat to an ad
    Explain(ExplainArguments),
    /// Make the run, or the sweep, of its parts, run anywhere: the same bytes as in one piece
    Merge(MergeArguments),
    /// Say whether a scenario can be run, and what is wrong if not
    Validate(ValidateArguments),
    /// Fit the defaults again: settings on stdout, published against simulated effects on stderr
    Calibrate(CalibrateArguments),
    /// Measure what runs cost on this machine: people × threads × instruction set, in turns, each in a process of its own
    Bench(BenchArguments),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
    /// Print every knob with its default, range, unit and source
    Knobs(KnobsArguments),
    /// List the scenarios in ./scenarios and the finished runs in ./output
    List,
    /// Print the completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page: overheard(1), or of a command, as overheard-run(1)
    Man {
        /// A command
        #[arg(value_parser = command_name)]
        command: Option<String>,
    },
}

/// What is simulated, and how.
#[derive(Debug, Args)]
pub struct Simulation {
    /// Scenario file (TOML), its name in ./scenarios, or - for standard input
    pub scenario: PathBuf,
    /// Simulated assistant users, as in 1000000, 1_000_000, 1M, 2.5M or 1B; one sixteenth as many others come on top
    #[arg(long, value_name = "N", value_parser = people, allow_hyphen_values = true)]
    pub people: Option<u64>,
    /// Seed of every draw
    #[arg(long, value_name = "S", value_parser = seed, allow_hyphen_values = true)]
    pub seed: Option<u64>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
    /// Engine: `thinned` integrates the races for ad slots, `events` draws every slot and bid (slow; the judge)
    #[arg(long, value_name = "ENGINE", default_value = "thinned", value_parser = engine)]
    pub engine: EngineKind,
    /// Set a knob in all arms, or with ARM:KEY=VALUE in one; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// What changes speed and no outcome: isa=scalar|avx2|avx512,block=N,wiring=actors|inline,markets=keep|solve
    #[arg(long, value_name = "KEY=VALUE,…", default_value = "")]
    pub tune: Tuning,
    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct RunArguments {
    #[command(flatten)]
    pub simulation: Simulation,
    /// Folder of the run [default: output/<scenario>-<short hash of inputs>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Draws of what nobody knows that follow the run, from parameter sets that agree with the evidence, and give its numbers
    /// their bands; 0 leaves them out [default: ensemble.draws, 64]
    #[arg(long, value_name = "N", value_parser = draws, allow_hyphen_values = true)]
    pub draws: Option<u32>,
    /// Run only the K-th of N parts, for `overheard merge`
    #[arg(long, value_name = "K/N", value_parser = part, allow_hyphen_values = true, conflicts_with = "until")]
    pub part: Option<Part>,
    /// Add people until the 95 % sampling interval of a total is within X % of it, in the last arm if none is named; +- stands
    /// for ±. A few runs, each larger, each in a folder of its own (below --out: named by its people); the last is printed
    #[arg(long, value_name = "[ARM:]MEASURE[/SOURCE]±X%")]
    pub until: Option<String>,
    /// With --until: most assistant users that a run may have
    #[arg(long, value_name = "N", requires = "until", default_value = "100M", value_parser = people, allow_hyphen_values = true)]
    pub people_at_most: u64,
    /// Go on with an unfinished run; finished shards and draws are not repeated
    #[arg(long)]
    pub resume: bool,
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Folders of all parts of one run or sweep, in any order
    #[arg(required = true, value_name = "DIR")]
    pub parts: Vec<PathBuf>,
    /// Folder of the whole [default: that which it would have in one piece]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Worker threads of the draws and charts [default: one per core]
    #[arg(long, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct SweepArguments {
    #[command(flatten)]
    pub simulation: Simulation,
    /// Draws of a Latin hypercube, or rows of Saltelli's samples: with k unknowns these are k + 2 points each [default: 64]
    #[arg(long, value_name = "N", value_parser = draws, allow_hyphen_values = true)]
    pub draws: Option<u32>,
    /// Where unknowns lie: `priors`, `posterior`, or a file of points with a column for each knob [default: priors, or with
    /// --vary nothing else]
    #[arg(long, value_name = "posterior|priors|FILE")]
    pub from: Option<String>,
    /// Vary a knob between two values, or without values over its prior; KEY as for --set, members of a table joined by + share
    /// one value; may be repeated
    #[arg(long = "vary", value_name = "KEY=LOW..HIGH")]
    pub vary: Vec<String>,
    /// How points are laid: `lhs`, a Latin hypercube, or `saltelli`, for indices of variance
    #[arg(long, value_name = "DESIGN", default_value = "lhs", value_parser = design)]
    pub design: Design,
    /// Also move each unknown alone, to its 5th and its 95th percentile
    #[arg(long)]
    pub one_at_a_time: bool,
    /// Meet levels again at each point: revenue by market, click rate and friends' posts become those of the scenario's kind of
    /// platform, by a week before the policy, so that draws differ in what nobody knows and not in what everybody does
    #[arg(long)]
    pub relevel: bool,
    /// Which draws count for bands and sensitivity: `calibrated`, those that meet the public figures which the scenario as it is
    /// meets, or `evidence`, the same of the published effects that its arms imitate; points.csv says which are left out, and why;
    /// may be repeated [default: all]
    #[arg(long, value_name = "calibrated|evidence", value_delimiter = ',')]
    pub keep: Vec<String>,
    /// Run only every N-th point, from the K-th on, for `overheard merge`
    #[arg(long, value_name = "K/N", value_parser = part, allow_hyphen_values = true)]
    pub part: Option<Part>,
    /// Folder of the sweep [default: output/<scenario>-sweep-<short hash of inputs>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with an unfinished sweep; finished points are not repeated
    #[arg(long)]
    pub resume: bool,
}

#[derive(Debug, Args)]
pub struct DecomposeArguments {
    #[command(flatten)]
    pub simulation: Simulation,
    /// A provision, and what an arm without it sets; may be repeated, five times at most [default: those of the rule: the region
    /// gate, the exclusion of sensitive chats, joined accounts, voice, minors' content]
    #[arg(long = "by", value_name = "PROVISION=KEY=VALUE[,KEY=VALUE]")]
    pub by: Vec<String>,
    /// The arm to take apart [default: the last]
    #[arg(long, value_name = "ARM")]
    pub arm: Option<String>,
    /// A measure, as in outcomes.csv, or MEASURE/SOURCE; may be repeated [default: the headlines]
    #[arg(long = "measure", value_name = "MEASURE")]
    pub measures: Vec<String>,
    /// Draws of what nobody knows at which the same people live again, from parameter sets that agree with the evidence: they give
    /// contributions their bands; 0 leaves them out [default: ensemble.draws, 16 at most]
    #[arg(long, value_name = "N", value_parser = draws, allow_hyphen_values = true)]
    pub draws: Option<u32>,
    /// Write decomposition.csv, what each draw gives, and charts into a folder that is not there yet, instead of a table to stdout
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    pub simulation: Simulation,
    /// Golden table, whose people and seed are taken unless --people and --seed say otherwise: columns of outcomes.csv, and
    /// tolerance_percent, tolerance_abs or tolerance_errors (what allows most counts); `# tolerance MEASURE: 1 %` at its head is
    /// of all rows of a measure. A row without any must be met to the last digit if scenario, seed and people are those of the
    /// table; else it may be off by 4 standard errors, or by 0.5 %
    #[arg(long, value_name = "GOLDEN.csv")]
    pub against: PathBuf,
    /// Make the golden table of this run's totals instead; there must be none yet
    #[arg(long, conflicts_with_all = ["update", "anyway"])]
    pub write: bool,
    /// Make the golden table again: the same rows and tolerances with this run's values
    #[arg(long, conflicts_with = "anyway")]
    pub update: bool,
    /// With --update: say what would change, and change nothing
    #[arg(long, requires = "update")]
    pub dry_run: bool,
    /// Check against a golden table of another scenario, seed, engine or number of people all the same
    #[arg(long)]
    pub anyway: bool,
    /// Write the verdict on every row as JUnit XML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write", "update"])]
    pub junit: Option<PathBuf>,
    /// Write what left its tolerance as a Markdown table
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write", "update"])]
    pub markdown: Option<PathBuf>,
    /// Print what left its tolerance as annotations of GitHub Actions, at the lines of the golden table
    #[arg(long, conflicts_with_all = ["write", "update"])]
    pub github: bool,
}

#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Folder of a finished run: the base
    #[arg(value_name = "RUN")]
    pub first: PathBuf,
    /// Folder of another, whose arms are compared with those of the same name
    #[arg(value_name = "RUN", conflicts_with = "base")]
    pub second: Option<PathBuf>,
    /// Compare the other arms of one run with this one
    #[arg(long, value_name = "ARM")]
    pub base: Option<String>,
    /// How it is printed [default: table on a terminal, csv in a pipe]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<Format>,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Headlines and the ten largest changes, 80 columns wide
    Table,
    /// All rows, as differences.csv
    Csv,
    /// The table for a comment or a page
    Markdown,
    /// All rows, with intervals and q-values
    Json,
}

#[derive(Debug, Args)]
pub struct PlotArguments {
    /// Folder of a finished run or sweep
    pub run: PathBuf,
    /// A chart, by the name of its file; can be repeated [default: all, and the report]
    #[arg(long, value_name = "NAME")]
    pub chart: Vec<String>,
    /// What to write [default: both]
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<Picture>,
    /// The page that it is for
    #[arg(long, value_name = "THEME", value_enum, default_value = "light")]
    pub theme: Page,
    /// What a chart is laid out for; text stays as large
    #[arg(long, value_name = "PX", default_value_t = WIDTH, value_parser = clap::value_parser!(u32).range(400..=4000), allow_negative_numbers = true)]
    pub width: u32,
}

/// What a picture is a file of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// Lines and text
    Svg,
    /// Pixels
    Png,
}

/// The page that a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Page {
    /// White
    Light,
    /// Dark
    Dark,
}

#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Folder of a finished run
    pub run: PathBuf,
    /// A traced person, as in us-canada/25-34/assistant/12345 [default: the first]
    #[arg(long, value_name = "ID")]
    pub person: Option<String>,
}

#[derive(Debug, Args)]
pub struct CalibrateArguments {
    /// Whose parameters: those of Meta, which are the defaults, or those of open display advertising
    #[arg(long, value_name = "SET", default_value = "meta", value_parser = ["meta", "display"])]
    pub set_of: String,
    /// Evaluations of the joint fit to published effects; 0 keeps those knobs
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub evaluations: usize,
    /// Simulated assistant users of each evaluation
    #[arg(long, value_name = "N", default_value = "2500", value_parser = people, allow_hyphen_values = true)]
    pub people: u64,
    /// Find parameter sets that agree with the evidence instead, by history matching, and what each weighs: posterior.csv, what
    /// the evidence narrows, and how well it is foretold. Minutes to an hour
    #[arg(long)]
    pub posterior: bool,
    /// Points of the posterior's waves together
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "posterior", value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub points: u32,
    /// Seed of the posterior's points
    #[arg(long, value_name = "S", default_value_t = 1, requires = "posterior", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64), allow_negative_numbers = true)]
    pub seed: u64,
    /// Folder of the posterior [default: output/posterior-<set>-<short hash of inputs>]
    #[arg(long, value_name = "DIR", requires = "posterior")]
    pub out: Option<PathBuf>,
    /// Go on with an unfinished posterior
    #[arg(long, requires = "posterior")]
    pub resume: bool,
    /// Rounds of proportional correction of the levels
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub rounds: usize,
    /// Threads
    #[arg(long, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub struct BenchArguments {
    /// Scenario file (TOML), or its name in ./scenarios
    #[arg(default_value = "december-16")]
    pub scenario: PathBuf,
    /// Simulated assistant users of the runs
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "100k,1M", value_parser = people, allow_hyphen_values = true)]
    pub people: Vec<u64>,
    /// Worker threads of the runs [default: one per core]
    #[arg(long, value_name = "T,…", value_delimiter = ',', value_parser = threads, allow_negative_numbers = true)]
    pub threads: Vec<NonZeroUsize>,
    /// Instruction sets of the runs: scalar, avx2, avx512 [default: the best of this machine]
    #[arg(long, value_name = "ISA,…", value_delimiter = ',', value_parser = isa)]
    pub isa: Vec<Isa>,
    /// So often is every run measured; medians are told
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: u32,
    /// Set a knob, as for `run`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Write the costs into this file, too, and a chart of them beside it (SVG, PNG); there must be none yet
    #[arg(long, value_name = "BENCH.csv")]
    pub out: Option<PathBuf>,
    /// Make table and chart again
    #[arg(long, requires = "out")]
    pub update: bool,
    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, clap::Args)]
pub struct ValidateArguments {
    /// Scenario file (TOML), its name in ./scenarios, or - for standard input
    pub scenario: PathBuf,
    /// Set a knob, as for `run`
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print the scenario with every knob resolved
    #[arg(long)]
    pub resolved: bool,
}

#[derive(Debug, Args)]
pub struct KnobsArguments {
    /// As Markdown tables
    #[arg(long)]
    pub markdown: bool,
}

fn design(name: &str) -> Result<Design, String> {
    [Design::Lhs, Design::Saltelli]
        .into_iter()
        .find(|design| design.name() == name)
        .ok_or_else(|| "possible: lhs, saltelli".to_owned())
}

fn part(text: &str) -> Result<Part, String> {
    Part::parse(text).ok_or_else(|| "write K/N, as in 1/4: K from 1 to N".to_owned())
}

fn engine(name: &str) -> Result<EngineKind, String> {
    EngineKind::named(name).ok_or_else(|| "possible: thinned, events".to_owned())
}

/// All that can be typed, put together: only then commands know by what they are called.
pub fn built() -> clap::Command {
    let mut all = Arguments::command();
    all.build();
    all
}

/// The name of one of the commands.
fn command_name(text: &str) -> Result<String, String> {
    let all = built();
    match all.find_subcommand(text) {
        Some(command) => Ok(command.get_name().to_owned()),
        None => {
            let names = all.get_subcommands().map(clap::Command::get_name);
            Err(format!(
                "possible: {}",
                names.collect::<Vec<_>>().join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_declarations_agree_with_each_other() {
        Arguments::command().debug_assert();
    }
}
