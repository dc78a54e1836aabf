//! How old people are, whatever they declare.

use overheard_model::block::Leaf;
use overheard_model::ids::Age;
use overheard_model::world::World;

/// The age that drives what the person does.
pub fn true_age(world: &World, stratum: u16, leaf: &Leaf, lane: usize) -> Age {
    if leaf.who.minors >> lane & 1 == 1 {
        Age::A13
    } else {
        world.age(stratum)
    }
}
