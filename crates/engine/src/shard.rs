//! A shard: one jackknife group of one stratum, worked through block by block.

use overheard_actors::{Shard, Work};
use overheard_assistant::Assistant;
use overheard_feeds::{EventsFeed, Feeds, spread_over_topics};
use overheard_model::block::{Block, Leaf};
use overheard_model::columns::LEAF;
use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::stage::{Stage, Stages};
use overheard_model::tally::Tally;
use overheard_model::world::World;
use overheard_signals::Signals;
use overheard_users::Users;

use crate::order::side_by_side;
use crate::params::Params;
use crate::settings::{BLOCK, EngineKind, Tune};

/// The stages of a day. The feeds are one stage that serves the four apps, or under `events` one for each app.
pub fn stages(p: &Params, engine: EngineKind, isa: Isa) -> Stages {
    let (feeds, world) = (&p.feeds, &p.world);
    let feed = |app: &App| -> Box<dyn Stage> {
        Box::new(EventsFeed::new(*app, feeds.clone(), world.clone()))
    };
    Stages {
        users: Box::new(Users::new(p.users.clone(), world.clone(), isa)),
        assistant: Box::new(Assistant::new(p.assistant.clone(), world.clone(), isa)),
        extractor: Box::new(Signals::new(p.signals.clone(), world.clone(), isa)),
        feeds: match engine {
            EngineKind::Thinned => vec![Box::new(Feeds::new(feeds.clone(), world.clone(), isa))],
            EngineKind::Events => App::ALL.iter().map(feed).collect(),
        },
    }
}

/// Fills a block with people of a stratum, in their order, at the first simulated day. It goes on counting with the tallies that it
/// has.
pub fn load(
    world: &World,
    block: &mut Block,
    stratum: u16,
    group: u8,
    people: impl IntoIterator<Item = u32>,
) {
    let people: Vec<u32> = people.into_iter().collect();
    (block.stratum, block.group) = (stratum, group);
    block.people = people.len() as u32;
    block.day = world.window.first();
    block.diverges.clone_from(&world.diverges[stratum as usize]);
    let used = block.used();
    if block.leaves.len() < used {
        block.leaves.resize_with(used, || Box::new(Leaf::default()));
    }
    for (leaf, people) in block.leaves.iter_mut().zip(people.chunks(LEAF)) {
        leaf.renew(people, world.arms);
    }
    block
        .tallies
        .resize_with(world.arms, || Tally::new(&world.layout));
}

/// People of one jackknife group of one stratum: a unit of work, of the journal and of repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRange {
    pub stratum: u16,
    pub group: u8,
    pub first: u64,
    pub end: u64,
}

impl ShardRange {
    /// How many people.
    pub const fn people(&self) -> u64 {
        self.end - self.first
    }
}

/// At most so many people in a shard of a month: a 64-bit cell in units of 2^-32 then holds whatever they see.
const MOST_PEOPLE: u64 = 65_536;
const MONTH: u64 = 31;

/// All shards of a run, in the order of strata, groups and people. They depend on the people of the run and its days alone.
pub fn shards(world: &World) -> Vec<ShardRange> {
    let days = MONTH.max(world.window.days.unsigned_abs().into());
    let whole_blocks = u64::from(BLOCK);
    let most = MOST_PEOPLE * MONTH / days / whole_blocks * whole_blocks;
    let mut list = Vec::new();
    for (stratum, s) in world.strata.iter().enumerate() {
        for group in 0..s.groups() {
            let range = s.group(group);
            let mut first = range.start;
            while first < range.end {
                let end = range.end.min(first + most);
                list.push(ShardRange {
                    stratum: stratum as u16,
                    group: group as u8,
                    first,
                    end,
                });
                first = end;
            }
        }
    }
    list
}

/// A run, or the part of it that is left to do.
pub struct Run<'a> {
    pub params: &'a Params,
    pub engine: EngineKind,
    pub tune: Tune,
    pub shards: &'a [ShardRange],
    /// Which of them to run.
    pub todo: &'a [u32],
}

impl<'a> Work for Run<'a> {
    type Shard = Group<'a>;

    fn shards(&self) -> usize {
        self.todo.len()
    }

    fn name(&self, index: usize) -> String {
        let shard = self.shards[self.todo[index] as usize];
        let stratum = &self.params.world.strata[shard.stratum as usize];
        let users = if stratum.assistant {
            "assistant users"
        } else {
            "others"
        };
        let (market, age, group) = (stratum.market, stratum.age, shard.group);
        format!(
            "{market} {age} {users}, group {group}, people {}..{}",
            shard.first, shard.end
        )
    }

    fn shard(&self, index: usize) -> Group<'a> {
        let range = self.shards[self.todo[index] as usize];
        Group {
            params: self.params,
            isa: self.tune.isa,
            range,
            people: Vec::new(),
            loaded: 0,
            block: self.tune.block as usize,
            idle: Vec::new(),
        }
    }

    fn stages(&self) -> Stages {
        stages(self.params, self.engine, self.tune.isa)
    }

    fn block(&self) -> Box<Block> {
        Box::default()
    }
}

/// One shard at work.
pub struct Group<'a> {
    params: &'a Params,
    isa: Isa,
    range: ShardRange,
    /// Its people in their order, once it has begun; how many have been loaded, and how many make a block.
    people: Vec<u32>,
    loaded: usize,
    block: usize,
    /// Tallies of blocks that are through with their month: the next ones go on counting with them.
    idle: Vec<Vec<Tally>>,
}

impl Shard for Group<'_> {
    type Output = Vec<Tally>;

    fn load(&mut self, block: &mut Block) -> bool {
        let (world, range) = (&self.params.world, self.range);
        if self.loaded == 0 {
            let people = range.first as u32..range.end as u32;
            self.people = side_by_side(self.params, range.stratum, people);
        }
        let left = &self.people[self.loaded..];
        if left.is_empty() {
            return false;
        }
        let people = &left[..self.block.min(left.len())];
        self.loaded += people.len();
        let people = people.iter().copied();
        block.tallies = self.idle.pop().unwrap_or_default();
        load(world, block, range.stratum, range.group, people);
        true
    }

    fn advance(&mut self, block: &mut Block) -> bool {
        block.day += 1;
        block.day < self.params.world.window.days
    }

    fn unload(&mut self, block: &mut Block) {
        self.idle.push(std::mem::take(&mut block.tallies));
    }

    fn finish(mut self) -> Vec<Tally> {
        let world = &self.params.world;
        let market = world.market(self.range.stratum).index();
        let mut tallies = self.idle.pop().unwrap_or_default();
        for part in self.idle {
            for (sum, part) in tallies.iter_mut().zip(&part) {
                sum.merge(part);
            }
        }
        for (arm, tally) in tallies.iter_mut().enumerate() {
            spread_over_topics(&self.params.feeds, world, self.isa, arm, market, tally);
        }
        tallies
    }
}
