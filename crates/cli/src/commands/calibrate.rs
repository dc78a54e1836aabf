//! `overheard calibrate`: how the fitted defaults were found.

use overheard_engine::{Effort, Step, Tune};

use crate::args::CalibrateArguments;
use crate::commands::Code;
use crate::print;
use crate::voice::Voice;

pub fn calibrate(arguments: &CalibrateArguments) -> anyhow::Result<Code> {
    let voice = Voice::new(false);
    let threads = match arguments.threads {
        Some(threads) => threads,
        None => std::thread::available_parallelism()?,
    };
    let effort = Effort {
        evaluations: arguments.evaluations,
        people: arguments.people,
        rounds: arguments.rounds,
    };
    let found = overheard_engine::calibrate(effort, Tune::new(threads), |step| match step {
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
    voice.say("published against simulated, in percent:");
    for effect in &found.effects {
        let (imitation, simulated) = (effect.imitation, effect.simulated.value);
        let (published, what) = (imitation.published, imitation.what);
        voice.say(&format!("{published:>8.2} {simulated:>8.2}  {what}"));
    }
    Ok(Code::Done)
}
