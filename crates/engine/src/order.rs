//! Who stands beside whom: people who are alike in what they use and do stand side by side, so that what nobody of a row of
//! sixteen does is left out, and what all of them share is worked out once.
//!
//! A person is a function of its index, so the order changes nobody, and sums by no more than their rounding; it depends on the
//! shard's people alone.

use std::ops::Range;

use crate::params::Params;

/// Steps in which it counts how often people open apps, and how often they chat.
const STEPS: [f64; 2] = [8.0, 65_536.0];

/// Some people of a stratum, side by side: first by their apps, then by those that share an account, by how often they open them,
/// and by how often they chat.
pub fn side_by_side(p: &Params, stratum: u16, people: Range<u32>) -> Vec<u32> {
    let sketch = overheard_users::sketches(&p.users, &p.world, stratum);
    let base = &p.signals.arms[0];
    let mut people: Vec<_> = people
        .map(|index| {
            let of = sketch(index);
            let joined = overheard_signals::group(base, of.apps, of.joined);
            let [opens, chats] = [of.opens * STEPS[0], of.chats * STEPS[1]].map(|x| x as u32);
            (of.apps, joined, opens, chats, index)
        })
        .collect();
    people.sort_unstable();
    people.into_iter().map(|(.., index)| index).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use overheard_feeds::{InterestEstimate, Pacing};
    use overheard_model::block::Block;
    use overheard_model::columns::ROW;
    use overheard_model::habit;
    use overheard_model::ids::{Age, App, Market};
    use overheard_model::isa::Isa;
    use overheard_model::stage::Stage;
    use overheard_model::strata::stratum_index;
    use overheard_users::{Spreads, Users, sketches};

    use super::*;
    use crate::params::{Start, Tables, params};
    use crate::{frame, load};

    const PEOPLE: Range<u32> = 500..4500;

    /// The default scenario's people of one stratum.
    fn setup() -> (Params, Arc<Spreads>, u16) {
        let text = "[run]\npeople = 2_000_000\n[[arm]]\nname = \"a\"\n";
        let file = overheard_scenario::ScenarioFile::parse("t.toml", text.as_bytes()).unwrap();
        let scenario = file.scenario::<&str>(&[]).unwrap();
        let world = Arc::new(frame::run_world(&scenario));
        let categories = world.taxonomy.categories.len();
        let pacing = [Pacing::new(world.window, categories, 1.0)];
        let start = Start {
            feedback: Default::default(),
            estimate: InterestEstimate::STRENGTH,
        };
        let tables = Tables::of(&scenario);
        let p = params(&scenario, &tables, world, &start, &pacing);
        let stratum = stratum_index(Market::UsCanada, Age::A25, true);
        assert!(p.world.strata[stratum as usize].people > u64::from(PEOPLE.end));
        (p, Arc::new(Spreads::of(&scenario.world)), stratum)
    }

    #[test]
    fn everybody_stands_somewhere_once() {
        let (p, _, stratum) = setup();
        let mut people = side_by_side(&p, stratum, PEOPLE);
        people.sort_unstable();
        assert!(people.into_iter().eq(PEOPLE));
    }

    /// An outline is that of whom the stage brings into the world.
    #[test]
    fn sketches_are_of_the_people_who_are_born() {
        let (p, spreads, stratum) = setup();
        let mut block = Block::default();
        load(&p.world, &mut block, stratum, 0, PEOPLE);
        let mut users = Users::new(p.users.clone(), p.world.clone(), Isa::best());
        users.step(&mut block).unwrap();
        let sketch = sketches(&p.users, &p.world, stratum);
        for leaf in &block.leaves {
            for lane in 0..leaf.n {
                let (of, who) = (sketch(leaf.index[lane]), &leaf.who);
                assert_eq!(of.apps, who.apps[lane]);
                assert_eq!(of.joined, who.u_joined.map(|u| u[lane]));
                let chats = habit::chance(spreads.habit.rate(of.chats));
                assert_eq!(chats, who.chat_rate[lane]);
                for app in (0..App::COUNT).filter(|app| of.apps >> app & 1 == 1) {
                    let opens = spreads.open_rate[app].at(of.opens);
                    assert_eq!(opens, who.open_rate[app][lane]);
                }
            }
        }
    }

    /// What the order is for: rows of people with the same apps and the same accounts, which by chance hardly ever come about.
    #[test]
    fn rows_are_of_people_who_are_alike() {
        let (p, _, stratum) = setup();
        let sketch = sketches(&p.users, &p.world, stratum);
        let alike = |people: &[u32]| {
            let kind = |index: &u32| {
                let of = sketch(*index);
                let group = overheard_signals::group(&p.signals.arms[0], of.apps, of.joined);
                (of.apps, group)
            };
            let rows = people.chunks(ROW);
            let n = rows.len() as f64;
            let alike = rows.filter(|row| row.iter().all(|i| kind(i) == kind(&row[0])));
            alike.count() as f64 / n
        };
        let by_index: Vec<u32> = PEOPLE.collect();
        let ordered = alike(&side_by_side(&p, stratum, PEOPLE));
        let by_chance = alike(&by_index);
        assert!(ordered > 0.7 && by_chance < 0.05, "{ordered} {by_chance}");
    }
}
