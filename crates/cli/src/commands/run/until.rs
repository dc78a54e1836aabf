//! `overheard run --until`: people are added until an interval is narrow enough.
//!
//! Each step is a run like any other, in a folder of its own: it can be resumed, reported on, and is there if it was run before.
//! The people of a smaller run are the first of each stratum of a larger one.

use std::path::Path;

use overheard_engine::run::{JOURNAL, MANIFEST, Request, RunSummary, folder_of};
use overheard_formats::TERMINAL;
use overheard_outcomes::read_outcomes;
use overheard_scenario::Scenario;
use overheard_study::{Misread, Next, Precision};

use super::whole::Whole;
use crate::args::RunArguments;
use crate::fault::hinted;
use crate::numbers::{count, short};
use crate::scenarios::Typed;
use crate::voice::Voice;

/// Most runs. Errors fall as expected but for chance, and for strata that have 32 people at least.
const MOST_RUNS: usize = 8;

/// Runs the scenario with more and more people; gives the last run, which has what was wanted. Draws of what nobody knows are the
/// same for any number of people: runs are followed by some only if `--draws` says so.
pub fn until(
    wanted: &str,
    arguments: &RunArguments,
    typed: &Typed,
    request: &Request,
    whole: &Whole<'_>,
    voice: &mut Voice,
) -> anyhow::Result<RunSummary> {
    let mut overrides = arguments.overrides();
    if arguments.draws.is_none() {
        overrides.push(("--until", "ensemble.draws=0".to_owned()));
    }
    let mut scenario = typed.scenario(&overrides)?;
    let names: Vec<String> = scenario.arms.iter().map(|arm| arm.name.clone()).collect();
    let arms: Vec<&str> = names.iter().map(String::as_str).collect();
    let told = |fault: Misread| hinted(format!("--until {wanted}: {fault}"), fault.hint);
    let precision = Precision::typed(wanted, &arms).map_err(told)?;
    let most = most(arguments, &scenario)?;
    let asked = TERMINAL.figure(precision.percent, 3);
    let mut step = 1;
    loop {
        let people = people(&scenario);
        let settings: Vec<String> = overrides.iter().map(|(_, text)| text.clone()).collect();
        let whole = Whole {
            settings: &settings,
            ..*whole
        };
        let own = Request {
            scenario: &scenario,
            ..*request
        };
        let summary = run(&own, step == 1, &whole, voice)?;
        let rows = read_outcomes(fs_err::File::open(summary.folder.join("outcomes.csv"))?)?;
        let half_width = precision.half_width(&rows).map_err(told)?;
        let has = format!(
            "{precision}: ± {} % with {} assistant users",
            TERMINAL.figure(half_width, 3),
            count(people as f64)
        );
        match precision.next(people, half_width, most) {
            Next::Enough => {
                let runs = if step == 1 { "run" } else { "runs" };
                voice.say(&format!("{has}: within ± {asked} % after {step} {runs}"));
                return Ok(summary);
            }
            Next::TooMany(needed) => {
                let reachable = half_width * (people as f64 / most as f64).sqrt();
                return Err(hinted(
                    format!(
                        "--until {wanted}: {has}; ± {asked} % takes about {}, and there may be {} at most",
                        count(needed as f64),
                        count(most as f64)
                    ),
                    format!(
                        "± {} % can be had with {}; --people-at-most allows more, up to all assistant users",
                        TERMINAL.figure(half_width.min(1.1 * reachable), 2),
                        short(most as f64)
                    ),
                ));
            }
            Next::People(next) if step < MOST_RUNS => {
                voice.say(&format!(
                    "{has}, ± {asked} % is wanted: as errors fall with the root of people, next {}",
                    count(next as f64)
                ));
                overrides.push(("--people", format!("run.people={next}")));
                scenario = typed.scenario(&overrides)?;
                step += 1;
            }
            Next::People(next) => {
                return Err(hinted(
                    format!(
                        "--until {wanted}: {has} after {step} runs, and not within ± {asked} %"
                    ),
                    format!("--people {next} goes on from there"),
                ));
            }
        }
    }
}

fn people(scenario: &Scenario) -> u64 {
    scenario.world.integer("run.people") as u64
}

/// Most people of a run: as many as may be, and as there are.
fn most(arguments: &RunArguments, scenario: &Scenario) -> anyhow::Result<u64> {
    let (begin, most) = (people(scenario), arguments.people_at_most);
    if begin > most {
        return Err(hinted(
            format!(
                "the first run has {} assistant users, more than --people-at-most {}",
                count(begin as f64),
                short(most as f64)
            ),
            "begin with fewer --people, or allow more",
        ));
    }
    Ok(most.min(scenario.world.assistant_users() as u64).max(begin))
}

/// One step, in a folder of its own.
fn run(
    request: &Request,
    first: bool,
    whole: &Whole<'_>,
    voice: &mut Voice,
) -> anyhow::Result<RunSummary> {
    let out = match request.out {
        Some(folder) => {
            refuse_run(folder)?;
            Some(folder.join(people(request.scenario).to_string()))
        }
        None => None,
    };
    let own = Request {
        out: out.as_deref(),
        ..*request
    };
    // Of later steps nothing need be there to go on with.
    let resume = request.resume && (first || folder_of(&own).join(JOURNAL).is_file());
    Ok(whole.run(&Request { resume, ..own }, voice)?)
}

/// Runs do not go into the folder of another.
fn refuse_run(folder: &Path) -> anyhow::Result<()> {
    match [MANIFEST, JOURNAL]
        .iter()
        .any(|name| folder.join(name).exists())
    {
        false => Ok(()),
        true => Err(hinted(
            format!("a run is in {}", folder.display()),
            "with --until every run has a folder of its own below --out: name one that is new, or leave it out",
        )),
    }
}
