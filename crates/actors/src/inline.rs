//! The plain wiring: the worker calls one stage after another. The reference for the ring of actors.

use overheard_model::stage::Stages;

use crate::drive::{Drive, guarded};
use crate::error::Failure;
use crate::halt::Halt;
use crate::step::step;
use crate::work::Work;

/// The stages of one worker.
pub(crate) struct Inline {
    stages: Stages,
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
            for stage in self.stages.all() {
                step(stage, &mut block)?;
            }
            next = drive.turn(block)?;
        }
        Ok(true)
    }
}
