//! What is taken from a chat about a sensitive matter, chat by chat: the same chats under rules that differ in one key.

use super::*;

use overheard_model::columns::LEAF;
use overheard_model::ids::{Age, Class, Market};
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
        let file = ScenarioFile::parse("outcome.toml", b"policy.start = 2025-12-01\n").unwrap();
        let scenario = file.scenario(settings).unwrap();
        let mut world = crate::tests::world(&scenario, CHATS as usize);
        world.strata.push(Stratum {
            market: Market::UsCanada,
            age: Age::A25,
            assistant: true,
            people: 1,
            represented: 1.0,
            whole: false,
        });
        let mut leaf = overheard_model::block::Leaf::default();
        leaf.renew(&[0], 1);
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
                class,
                u_kept: 0.5,
                u_incognito: 0.5,
            };
            let place = Place {
                world: &self.world,
                stratum: 0,
                day,
                index: &[0; LEAF],
            };
            match outcome(&self.params, place, &self.who, &self.state, 0, &chat) {
                ChatOutcome::Read(reading) => reading.taken().collect(),
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

/// Whether everything that `less` takes from a chat, `more` takes too, with the same uses.
fn covers(more: &[Found], less: &[Found]) -> bool {
    let takes =
        |topic, use_of: fn(&Found) -> bool| more.iter().any(|f| f.topic == topic && use_of(f));
    less.iter().all(|f| {
        (!f.ads || takes(f.topic, |f| f.ads)) && (!f.content || takes(f.topic, |f| f.content))
    })
}

/// Signals for one use.
fn uses(taken: &[Found], use_of: fn(&Found) -> bool) -> usize {
    taken.iter().filter(|f| use_of(f)).count()
}

/// The better the detector, the less is taken, from every single chat; without any exclusion at least as much as with a
/// detector that misses everything.
#[test]
fn a_better_detector_never_takes_more_from_any_chat() {
    for excluded in [
        &["sensitive.exclude_promised_ads=true"][..],
        &[
            "sensitive.exclude_promised_ads=true",
            "sensitive.exclude_promised_content=true",
        ],
    ] {
        let ladder: Vec<Vec<Vec<Found>>> = [
            "sensitive.exclude_promised_ads=false",
            "sensitive.detector_recall=0",
            "sensitive.detector_recall=0.3",
            "sensitive.detector_recall=0.7",
            "sensitive.detector_recall=1",
        ]
        .iter()
        .enumerate()
        .map(|(step, key)| {
            let mut settings = vec!["sensitive.neighbour_leak=0.4", "extraction.confusion=0.3"];
            if step > 0 {
                settings.extend(excluded);
            }
            settings.push(key);
            Setup::new(&settings).taken(Class::Health, false)
        })
        .collect();
        let mut fewer = 0;
        for pair in ladder.windows(2) {
            for (more, less) in pair[0].iter().zip(&pair[1]) {
                assert!(covers(more, less), "{less:?} is not in {more:?}");
                for use_of in [|f: &Found| f.ads, |f: &Found| f.content] {
                    assert!(
                        uses(more, use_of) >= uses(less, use_of),
                        "{less:?} {more:?}"
                    );
                }
                fewer += usize::from(uses(more, |f| f.ads) > uses(less, |f| f.ads));
            }
        }
        assert!(fewer > 1000, "{fewer}");
    }
}

/// The neighbour is the chat's own: the same one, caught or not, for the same share of what is read.
#[test]
fn a_chat_mentions_the_same_neighbour_caught_or_not() {
    let settings = [
        "sensitive.neighbour_leak=0.4",
        "extraction.confusion=0",
        "extraction.recall=1",
    ];
    let with = |more: &'static str| Setup::new(&[settings[0], settings[1], settings[2], more]);
    let missed = with("sensitive.detector_recall=0").taken(Class::Health, false);
    let caught = with("sensitive.detector_recall=1").taken(Class::Health, false);
    let mentions = |chat: &[Found], which: fn(&Found) -> bool| -> Vec<TopicId> {
        chat.iter().filter(|f| which(f)).map(|f| f.topic).collect()
    };
    let mut leaks = 0;
    for (missed, caught) in missed.iter().zip(&caught) {
        let neighbours = mentions(caught, |f| f.ads);
        assert_eq!(mentions(missed, |f| f.ads && f.z == 0.0), neighbours);
        assert_eq!(mentions(missed, |f| f.ads && f.z == 1.0).len(), 1);
        assert!(missed.iter().all(|f| f.routes[0] == Route::Missed));
        assert!(
            caught
                .iter()
                .all(|f| !f.ads || f.routes[0] == Route::Neighbour)
        );
        leaks += neighbours.len();
    }
    // Five standard errors of a share of 0.4 among 6,000 are 0.032.
    let share = leaks as f64 / f64::from(CHATS);
    assert!((share - 0.4).abs() < 0.032, "{share}");
}
