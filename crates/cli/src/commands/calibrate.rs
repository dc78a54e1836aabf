//! `overheard calibrate`: how the fitted defaults were found.

use overheard_engine::Tune;
use overheard_scenario::Set;
use overheard_study::{Effort, Step, verdict};

use crate::args::CalibrateArguments;
use crate::commands::Code;
use crate::commands::posterior::posterior;
use crate::interrupt;
use crate::stdout::print;
use crate::voice::Voice;

/// Fits a set and prints what was found.
pub fn calibrate(arguments: &CalibrateArguments) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let threads = match arguments.threads {
        Some(threads) => threads,
        None => std::thread::available_parallelism()?,
    };
    let set = match arguments.set_of.as_str() {
        "display" => Set::Display,
        _ => Set::Meta,
    };
    if arguments.posterior {
        return posterior(arguments, set, Tune::new(threads));
    }
    interrupt::end_at_once()?;
    let effort = Effort {
        evaluations: arguments.evaluations,
        people: arguments.people,
        rounds: arguments.rounds,
    };
    let found = overheard_study::calibrate(set, effort, Tune::new(threads), |step| match step {
        Step::Habit => voice.say("fitting the habit to daily and weekly users"),
        Step::Effects { evaluation, loss } => {
            voice.say(&format!("effects: evaluation {evaluation}, loss {loss:.1}"));
        }
        Step::Levels {
            round,
            worst_percent,
        } => {
            voice.say(&format!(
                "levels: round {round}, worst deviation {worst_percent:.2} %"
            ));
        }
    })?;
    for fitted in &found.fitted {
        print(&format!("{}\n", fitted.setting()))?;
    }
    voice.say("published against simulated, in percent; their distance in standard deviations:");
    for effect in &found.effects {
        let (imitation, simulated) = (effect.imitation, effect.simulated.value);
        let (published, what) = (imitation.published, imitation.what);
        let off = verdict(effect).deviations;
        voice.say(&format!(
            "{published:>8.2} {simulated:>8.2} {off:>6.1}  {what}"
        ));
    }
    let [before, after] = found.log_loss;
    voice.say(&format!("log loss {before:.1} before, {after:.1} after"));
    Ok(Code::Done)
}
