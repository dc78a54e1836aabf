//! `overheard sweep`.

use overheard_engine::run::RunFailure;
use overheard_engine::{more_than_asked, simulated_users};
use overheard_questions::{Points as Asked, charts, plan, run_failure, sweep_settings};
use overheard_study::{Progress, Sweep, Swept, sweep as run_sweep, sweep_part};

use crate::args::SweepArguments;
use crate::command_line::command_line;
use crate::commands::Code;
use crate::commands::run::end_part;
use crate::interrupt;
use crate::numbers::{bytes, count, duration};
use crate::points::Points;
use crate::scenarios;
use crate::stdout::print_line;
use crate::voice::Voice;

/// Runs a scenario at many points into a folder and prints the folder's path.
pub fn sweep(arguments: &SweepArguments) -> anyhow::Result<Code> {
    let simulation = &arguments.simulation;
    let typed = scenarios::read(&simulation.scenario)?;
    let overrides = sweep_settings(simulation.overrides());
    // Read once as it was typed, so that faults are shown where they are.
    let central = typed.scenario(&overrides)?;
    let file = typed.file()?;
    let settings: Vec<String> = overrides.into_iter().map(|(_, text)| text).collect();
    let asked = Asked {
        vary: &arguments.vary,
        from: arguments.from.as_deref(),
        draws: arguments.draws,
        design: arguments.design,
        one_at_a_time: arguments.one_at_a_time,
        relevel: arguments.relevel,
        keep: &arguments.keep,
    };
    let plan = plan(&asked, &central, &file)?;
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
        count(simulated_users(&central) as f64)
    ));
    if let Some(more) = more_than_asked(&central) {
        voice.warn(&more);
    }
    let mut points = Points::new(&voice);
    let mut hear = |progress: Progress<'_>| points.hear(progress);
    let ended = match arguments.part {
        Some(part) => sweep_part(&request, part, &mut hear, &cancel)
            .map_err(anyhow::Error::from)
            .and_then(|(folder, done)| end_part(&voice, &folder, done.as_ref(), "points")),
        None => run_sweep(&request, &charts, &mut hear, &cancel)
            .map_err(anyhow::Error::from)
            .and_then(|swept| end(&voice, &swept)),
    };
    ended.map_err(|error| match run_failure(&error) {
        Some(RunFailure::Interrupted { .. }) => simulation.interrupted(&command).into(),
        _ => error,
    })
}

/// Tells how a sweep went and prints its folder.
pub fn end(voice: &Voice, swept: &Swept) -> anyhow::Result<Code> {
    tell(voice, swept);
    print_line(swept.folder.as_os_str().as_encoded_bytes())?;
    Ok(Code::Done)
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
    if !manifest.left_out.is_empty() {
        let drawn = manifest.draws + manifest.left_out.len();
        voice.warn(&format!(
            "{} of {} draws do not count: points.csv says which and why{}",
            count(manifest.left_out.len() as f64),
            count(drawn as f64),
            match manifest.draws {
                0 => "; there are no bands",
                _ => "",
            }
        ));
    }
    if !manifest.without_effect.is_empty() {
        voice.say(&format!(
            "without any effect on their own: {}",
            manifest.without_effect.join(", ")
        ));
    }
    let unknowns = manifest.unknowns.len();
    let enough = unknowns + 3;
    if manifest.draws < enough {
        voice.say(&format!(
            "no partial rank correlations: with {} varied they take {} draws",
            count(unknowns as f64),
            count(enough as f64)
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
