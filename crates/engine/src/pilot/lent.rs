//! Tallies that the blocks of a thread take turns with: each with its own, the pilot would be mostly tallies.

use overheard_model::block::Block;
use overheard_model::tally::{TableId, Tally};
use overheard_model::world::World;

/// One tally per arm, of all blocks that had it so far.
pub struct Lent(Vec<Tally>);

impl Lent {
    pub fn new(world: &World) -> Self {
        Lent(vec![Tally::new(&world.layout); world.arms])
    }

    /// Lets a block have the tallies while it is worked on.
    pub fn to<T>(&mut self, block: &mut Block, work: impl FnOnce(&mut Block) -> T) -> T {
        std::mem::swap(&mut self.0, &mut block.tallies);
        let done = work(block);
        std::mem::swap(&mut self.0, &mut block.tallies);
        done
    }

    /// Conversions, and what was paid for slots (fixed point), by arm.
    pub fn returns(&self, world: &World) -> Vec<[i64; 2]> {
        let sum = |tally: &Tally, table| tally.table(&world.layout, table).iter().sum();
        let both = |tally| [TableId::Conversions, TableId::Spend].map(|table| sum(tally, table));
        self.0.iter().map(both).collect()
    }
}
