//! `overheard validate`.

use overheard_engine::run::can_write;

use crate::args::ValidateArguments;
use crate::commands::Code;
use crate::scenarios;
use crate::stdout::print;
use crate::voice::Voice;

/// Checks a scenario without running it.
pub fn validate(arguments: &ValidateArguments) -> anyhow::Result<Code> {
    let scenario = scenarios::load(&arguments.scenario, &scenarios::typed(&arguments.set))?;
    can_write(&scenario)?;
    let arms: Vec<&str> = scenario.arms.iter().map(|a| a.name.as_str()).collect();
    let (start, end) = (
        scenario.world.date("time.start"),
        scenario.world.date("time.end"),
    );
    Voice::new(false).say(&format!(
        "valid: {} from {start} to {end}, arms {}",
        scenario.name,
        arms.join(", ")
    ));
    if arguments.resolved {
        print(&scenario.to_toml())?;
    }
    Ok(Code::Done)
}
