//! The plain wiring: the worker calls one stage after another. The reference for the ring of actors.

use overheard_model::block::Block;
use overheard_model::stage::Stage;

use crate::caught::caught;
use crate::coordinator::Halt;
use crate::drive::{Drive, guarded};
use crate::error::Failure;
use crate::work::Work;

/// The stages of one worker, in their order.
pub(crate) struct Inline {
    stages: Vec<Box<dyn Stage>>,
}

impl Inline {
    pub(crate) fn new(work: &impl Work) -> Result<Self, Failure> {
        let stages = guarded("stages", || work.stages())?;
        Ok(Self { stages })
    }

    /// Takes every block of the shard through its month. `false`: told to halt between two days.
    pub(crate) fn carry<W: Work>(
        &mut self,
        drive: &mut Drive<'_, W>,
        halt: &Halt<'_>,
    ) -> Result<bool, Failure> {
        let mut next = drive.depart()?;
        while let Some(mut block) = next {
            if halt.is_called() {
                return Ok(false);
            }
            for stage in &mut self.stages {
                step(stage.as_mut(), &mut block)?;
            }
            next = drive.turn(block)?;
        }
        Ok(true)
    }
}

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
pub(crate) fn name_of(stage: &dyn Stage) -> String {
    caught(|| stage.name().to_owned()).unwrap_or_else(|_| "unnamed".to_owned())
}
