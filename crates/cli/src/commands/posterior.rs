//! `overheard calibrate --posterior`: parameter sets that agree with the evidence.

use overheard_engine::Tune;
use overheard_engine::run::RunFailure;
use overheard_scenario::Set;
use overheard_study::{
    Asked, Posterior, PosteriorError, PosteriorProgress, Sizes, posterior as find,
};

use crate::args::CalibrateArguments;
use crate::command_line::command_line;
use crate::commands::Code;
use crate::fault::Interrupted;
use crate::interrupt;
use crate::numbers::{count, duration};
use crate::points::Points;
use crate::stdout::print_line;
use crate::voice::Voice;

/// Truths that are planted: a share of 90 % of them is known to 3 %.
const TRUTHS: u32 = 100;
/// Unknowns that are named as narrowed, and how narrow they must be for it.
const NAMED: usize = 8;
const NARROW: f64 = 0.9;

/// Finds a posterior in a folder and prints the folder's path.
pub fn posterior(arguments: &CalibrateArguments, set: Set, tune: Tune) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let cancel = interrupt::watch(voice.screen(), interrupt::POINTS_STAY)?;
    let command = command_line(std::env::args_os().skip(1));
    let asked = Asked {
        set,
        sizes: Sizes::of(arguments.points, TRUTHS),
        people: arguments.people,
        seed: arguments.seed,
        tune,
        out: arguments.out.as_deref(),
        resume: arguments.resume,
        command: &command,
    };
    let mut points = Points::new(&voice);
    let mut hear = |progress: PosteriorProgress| match progress {
        PosteriorProgress::Folder(folder) => {
            voice.say(&format!(
                "looking for the posterior in {}",
                folder.display()
            ));
        }
        PosteriorProgress::Note(text) => voice.warn(&text),
        PosteriorProgress::Points { what, done, of } => points.count(what, done, of),
        PosteriorProgress::Failed {
            point,
            settings,
            message,
        } => points.failed(point, settings, message),
        PosteriorProgress::Checking => voice.say("looking for planted truths"),
        PosteriorProgress::Writing => {}
    };
    let (folder, found) = match find(&asked, &mut hear, &cancel) {
        Ok(found) => found,
        Err(PosteriorError::Run(RunFailure::Interrupted { .. })) => {
            let resume = Some(format!("{command} --resume"));
            return Err(Interrupted { resume }.into());
        }
        Err(other) => return Err(other.into()),
    };
    match found {
        Some(found) => tell(&voice, &found),
        None => voice.say("this posterior is found already: nothing to do"),
    }
    print_line(folder.as_os_str().as_encoded_bytes())?;
    Ok(Code::Done)
}

fn tell(voice: &Voice, found: &Posterior) {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let ruled_out: Vec<String> = found.ruled_out.iter().map(|x| percent(*x)).collect();
    voice.say(&format!(
        "ruled out of the priors, wave by wave: {}",
        ruled_out.join(", ")
    ));
    voice.say("published; the posterior's median, 5th and 95th percentile; the priors':");
    for row in found.predicted() {
        let [low, middle, high] = row.posterior;
        let [below, _, above] = row.prior;
        voice.say(&format!(
            "{:>8.2}; {middle:>8.2}, {low:.2} to {high:.2}; {below:.2} to {above:.2}  {}",
            row.published, row.name
        ));
    }
    let mut narrowed = found.narrowed();
    narrowed.sort_by(|a, b| a.width.total_cmp(&b.width));
    for row in narrowed.iter().take_while(|n| n.width < NARROW).take(NAMED) {
        let [low, _, high] = row.posterior;
        voice.say(&format!(
            "{} is narrowed to {} of its prior: {low:.4} to {high:.4}",
            row.knob,
            percent(row.width)
        ));
    }
    voice.say(&format!(
        "{} of the planted values lie in their 90 % intervals ({} truths of {} unknowns)",
        percent(found.covered()),
        found.truths,
        found.covered.len()
    ));
    voice.say(&format!(
        "done: {} points in {}; {} of them weigh as much as {:.0} equal ones",
        count(found.points as f64),
        duration(found.wall_seconds),
        count(found.len() as f64),
        found.effective()
    ));
}
