//! Where the pilot's people are found, block by block.

use overheard_model::block::Block;
use overheard_model::world::World;

use crate::shard;

/// People of the pilot in a block: few, since its sampling error is read off how blocks differ.
const BLOCK: u64 = 64;

/// Where the pilot's blocks begin, stratum by stratum: stratum, first person, people.
pub type Place = (u16, u64, u64);

pub fn places(world: &World) -> Vec<Place> {
    let of = |(stratum, people): (usize, u64)| {
        let firsts = (0..people).step_by(BLOCK as usize);
        firsts.map(move |first| (stratum as u16, first, BLOCK.min(people - first)))
    };
    let people = world.strata.iter().map(|s| s.people);
    people.enumerate().flat_map(of).collect()
}

pub fn load(world: &World, block: &mut Block, (stratum, first, people): Place) {
    let people = first as u32..(first + people) as u32;
    shard::load(world, block, stratum, 0, people);
}
