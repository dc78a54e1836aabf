//! One day of a leaf's people under one arm, in the terms that both engines share.

use overheard_model::block::Block;
use overheard_model::calendar::Day;
use overheard_model::tally::{Cell, TableId};
use overheard_model::world::World;

use crate::kept::Kept;
use crate::params::Params;

/// Which day it is, whose, and what the engine keeps of it.
#[derive(Clone, Copy, Debug)]
pub struct ArmDay<'a> {
    /// The knobs of all arms.
    pub p: &'a Params,
    /// The frame of the run.
    pub world: &'a World,
    /// What the engine keeps.
    pub kept: Kept,
    /// The people's stratum.
    pub stratum: u16,
    /// The day.
    pub day: Day,
    /// The arm.
    pub arm: usize,
}

impl<'a> ArmDay<'a> {
    /// The day that a block is at.
    pub fn of(p: &'a Params, world: &'a World, kept: Kept, block: &Block, arm: usize) -> Self {
        ArmDay {
            p,
            world,
            kept,
            stratum: block.stratum,
            day: block.day,
            arm,
        }
    }

    /// A cell of the tallies.
    #[inline]
    pub fn cell<const N: usize>(&self, table: TableId, at: [usize; N]) -> Cell {
        self.world.layout.cell(table, at)
    }

    /// Index of the people's market.
    pub fn market(&self) -> usize {
        self.world.market(self.stratum).index()
    }

    /// Whether the day counts: it is none of a warm-up's.
    pub fn is_reported(&self) -> bool {
        self.world.window.reported(self.day)
    }

    /// Whether the window closes today.
    pub fn is_last(&self) -> bool {
        self.day == self.world.window.days - 1
    }
}
