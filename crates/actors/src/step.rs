//! One step of one stage, with whatever goes wrong in it.

use overheard_model::block::Block;
use overheard_model::stage::Stage;

use crate::caught::caught;
use crate::error::Failure;

/// One stage's part of one day of one block, with whatever goes wrong under the stage's name.
pub(crate) fn step(stage: &mut dyn Stage, block: &mut Block) -> Result<(), Failure> {
    let message = match caught(|| stage.step(block)) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic,
    };
    let stage = name_of(stage);
    Err(Failure::Stage { stage, message })
}

/// A stage's name, also when asking for it panics: it is wanted for an error that must not be lost.
fn name_of(stage: &dyn Stage) -> String {
    caught(|| stage.name().to_owned()).unwrap_or_else(|_| "unnamed".to_owned())
}
