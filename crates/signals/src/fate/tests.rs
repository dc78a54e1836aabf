//! What is taken from a chat about a sensitive matter, chat by chat: the same chats under rules that differ in one key.

use super::*;

use overheard_model::ids::{Age, Market};
use overheard_model::strata::Stratum;
use overheard_scenario::ScenarioFile;

/// Chats that are asked about: enough for a few of everything that is drawn with a chance of some per cent.
const CHATS: i32 = 6000;

/// An adult of a market where chats are used, under one arm with these settings.
struct Setup {
    params: Params,
    world: World,
    who: Who,
    state: ArmState,
}

impl Setup {
    fn new(settings: &[&str]) -> Self {
        let file = ScenarioFile::parse("fate.toml", b"policy.start = 2025-12-01\n").unwrap();
        let scenario = file.scenario(settings).unwrap();
        let mut world = crate::tests::world(&scenario, CHATS as usize);
        world.strata.push(Stratum {
            market: Market::UsCanada,
            age: Age::A25,
            assistant: true,
            people: 1,
            represented: 1.0,
        });
        let mut leaf = overheard_model::block::Leaf::default();
        leaf.renew(0, 1, 1);
        leaf.who.apps[0] = 0b1111;
        leaf.who.u_control[0] = 0.5;
        leaf.arms[0].reach[Surface::Facebook.index()][0] = 0b0011;
        let params = Params::new(&scenario, &world, Default::default());
        let (who, state) = (leaf.who, leaf.arms[0].clone());
        Setup {
            params,
            world,
            who,
            state,
        }
    }

    /// What is taken from each of many chats on the topics of a class.
    fn taken(&self, class: Class, voice: bool) -> Vec<Vec<Found>> {
        let topics = self.world.taxonomy.of_class(class);
        let of_day = |day: Day| {
            let chat = Chat {
                lane: 0,
                number: (day % 3) as u8,
                surface: Surface::Facebook,
                voice,
                logged_in: true,
                subject: Subject::Sensitive,
                topic: topics[day as usize % topics.len()],
                class: class.index() as u8,
                u_kept: 0.5,
                u_incognito: 0.5,
            };
            let place = Place {
                world: &self.world,
                stratum: 0,
                day,
                first: 0,
            };
            match fate(&self.params, place, &self.who, &self.state, 0, &chat) {
                Fate::Read(reading) => reading.taken().collect(),
                other => panic!("not looked at: {other:?}"),
            }
        };
        (0..CHATS).map(of_day).collect()
    }
}

fn count(taken: &[Vec<Found>]) -> usize {
    taken.iter().map(Vec::len).sum()
}

/// Whatever is drawn about the chat itself, an extractor that reads nothing takes nothing; one that reads takes some.
#[test]
fn what_cannot_be_read_leaks_nothing() {
    let leaky = ["sensitive.detector_recall=1", "sensitive.neighbour_leak=1"];
    let with = |more: &'static str| [leaky[0], leaky[1], more];
    for class in [Class::Health, Class::Debt] {
        let reads = Setup::new(&leaky);
        assert!(count(&reads.taken(class, false)) > 1000, "{class:?}");
        let blind = Setup::new(&with("extraction.recall=0"));
        assert_eq!(count(&blind.taken(class, false)), 0, "{class:?}");
        let deaf = Setup::new(&with("extraction.voice_quality=0"));
        assert_eq!(count(&deaf.taken(class, true)), 0, "{class:?}");
        assert!(count(&deaf.taken(class, false)) > 1000, "{class:?}");
    }
}
