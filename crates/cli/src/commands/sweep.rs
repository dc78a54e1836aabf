//! `overheard sweep`.

use std::error::Error;
use std::path::Path;

use overheard_engine::run::RunFailure;
use overheard_report::SweepManifest as Reported;
use overheard_scenario::{Scenario, ScenarioFile};
use overheard_study::{
    Design, Plan, Sweep, SweepError, SweepManifest, Swept, Unknown, from_posterior, from_priors,
    read_points, sweep as run_sweep, typed as unknown,
};

use crate::args::SweepArguments;
use crate::command_line::command_line;
use crate::commands::Code;
use crate::fault::hinted;
use crate::interrupt;
use crate::numbers::{bytes, count, duration};
use crate::points::Points;
use crate::scenarios;
use crate::stdout::print_line;
use crate::voice::Voice;

/// Simulated assistant users of a point, if nothing is said: what moves answers by factors is seen with few.
const PEOPLE: u64 = 20_000;
/// Most unknowns: each has dimensions of its own among the draws, two of them in Saltelli's scheme.
const MOST_UNKNOWNS: usize = 10_000;
/// Most points.
const MOST_POINTS: usize = 10_000_000;

/// Runs a scenario at many points into a folder and prints the folder's path.
pub fn sweep(arguments: &SweepArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let mut overrides = vec![("--people", format!("run.people={PEOPLE}"))];
    overrides.extend(simulation.overrides());
    // Read once as it was typed, so that faults are shown where they are.
    let central = typed.scenario(&overrides)?;
    let file = typed.file()?;
    let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
    let plan = plan(arguments, &central, &file)?;
    let voice = Voice::new(simulation.quiet);
    let cancel = interrupt::watch(voice.screen(), interrupt::POINTS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let request = Sweep {
        file: &file,
        settings: &settings,
        plan: &plan,
        engine: simulation.engine,
        tune: simulation.tune(),
        out: arguments.out.as_deref(),
        resume: arguments.resume,
        command: &command,
    };
    voice.say(&format!(
        "{} points of {} unknowns, {} assistant users each",
        count(plan.points.len() as f64),
        count(plan.unknowns.len() as f64),
        count(central.world.integer("run.people") as f64)
    ));
    let mut points = Points::new(&voice);
    let result = run_sweep(&request, &charts, &mut |p| points.hear(p), &cancel);
    let swept = match result {
        Ok(swept) => swept,
        Err(SweepError::Run(RunFailure::Interrupted { .. })) => {
            return Err(simulation.interrupted(&command).into());
        }
        Err(SweepError::Run(failure)) => return Err(failure.into()),
        Err(SweepError::Scenario(error)) => return Err((*error).into()),
        Err(other) => return Err(other.into()),
    };
    tell(&voice, &swept);
    print_line(swept.folder.as_os_str().as_encoded_bytes())?;
    Ok(Code::Done)
}

/// The points that were asked for.
fn plan(
    arguments: &SweepArguments,
    central: &Scenario,
    file: &ScenarioFile,
) -> anyhow::Result<Plan> {
    let plan = match arguments.from.as_deref() {
        Some("posterior") => {
            if !arguments.vary.is_empty() || arguments.design != Design::Lhs {
                return Err(hinted(
                    "the posterior says what is varied, and how",
                    "leave --vary and --design out, or take --from priors",
                ));
            }
            from_posterior(central, arguments.draws.unwrap_or(DRAWS))?
        }
        None | Some("priors") => {
            let unknowns = unknowns(arguments, central, file)?;
            let draws = arguments.draws.unwrap_or(DRAWS);
            let points = match arguments.design {
                Design::Saltelli => draws as usize * (unknowns.len() + 2),
                _ => draws as usize,
            };
            if unknowns.len() > MOST_UNKNOWNS || points > MOST_POINTS {
                let shown = count(points as f64);
                return Err(hinted(
                    format!("{shown} points are too many"),
                    "take fewer --draws, or vary fewer knobs",
                ));
            }
            let seed = central.world.integer("run.seed") as u64;
            Plan::drawn(arguments.design, unknowns, draws, seed)
        }
        Some(path) => {
            if !arguments.vary.is_empty() || arguments.draws.is_some() {
                return Err(hinted(
                    format!("--from {path} says what is varied, and how often"),
                    "leave --vary and --draws out",
                ));
            }
            from_file(path, file)?
        }
    };
    Ok(match arguments.one_at_a_time {
        true => plan.one_at_a_time(),
        false => plan,
    })
}

/// Draws if no number of them is given.
const DRAWS: u32 = 64;

/// What is varied: what `--vary` says, or every prior that the scenario leaves open, or both.
fn unknowns(
    arguments: &SweepArguments,
    central: &Scenario,
    file: &ScenarioFile,
) -> anyhow::Result<Vec<Unknown>> {
    let arms = file.arm_names();
    let mut own: Vec<Unknown> = Vec::new();
    for text in &arguments.vary {
        let unknown = unknown(text, &arms)
            .map_err(|fault| hinted(format!("--vary {text}: {}", fault.message), fault.hint))?;
        if let Some(other) = own.iter().find(|o| o.target.overlaps(&unknown.target)) {
            return Err(hinted(
                format!("--vary {text}: `{}` is varied already", other.target),
                "give each knob one range",
            ));
        }
        own.push(unknown);
    }
    if own.is_empty() || arguments.from.is_some() {
        let mut priors = from_priors(central);
        // A range that was typed stands for the prior.
        priors.retain(|p| own.iter().all(|o| !o.target.overlaps(&p.target)));
        priors.extend(own);
        own = priors;
    }
    Ok(own)
}

fn from_file(path: &str, file: &ScenarioFile) -> anyhow::Result<Plan> {
    let hint = "--from takes priors, posterior, or a CSV file with a column for each knob";
    let bytes = std::fs::read(path)
        .map_err(|cause| hinted(format!("cannot read the points in {path}: {cause}"), hint))?;
    read_points(&bytes, &file.arm_names()).map_err(|fault| hinted(format!("{path}: {fault}"), hint))
}

/// Draws the charts under a manifest that is yet to be written.
pub fn charts(folder: &Path, manifest: &SweepManifest) -> Result<(), Box<dyn Error + Send + Sync>> {
    let fields: Reported = serde_json::from_value(serde_json::to_value(manifest)?)?;
    overheard_report::write_sweep_with(folder, fields)?;
    Ok(())
}

fn tell(voice: &Voice, swept: &Swept) {
    let Some(manifest) = &swept.manifest else {
        voice.say("this sweep is finished already: nothing to do");
        return;
    };
    if !manifest.failed.is_empty() {
        voice.warn(&format!(
            "{} of {} points failed: points.csv says which and why",
            count(manifest.failed.len() as f64),
            count(manifest.points as f64)
        ));
    }
    if !manifest.without_effect.is_empty() {
        voice.say(&format!(
            "without any effect on their own: {}",
            manifest.without_effect.join(", ")
        ));
    }
    let (draws, unknowns) = (manifest.draws, manifest.unknowns.len());
    if draws < unknowns + 3 {
        voice.say(&format!(
            "no partial rank correlations: {} unknowns take more than {} draws",
            count(unknowns as f64),
            count(draws as f64)
        ));
    }
    let memory = manifest
        .peak_memory_bytes
        .map_or_else(String::new, |n| format!(", {} of memory", bytes(n)));
    voice.say(&format!(
        "done: {} points in {}{memory}",
        count(manifest.points as f64),
        duration(manifest.wall_seconds)
    ));
}
