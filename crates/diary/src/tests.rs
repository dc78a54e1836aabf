use overheard_engine::{EngineKind, load, stages};
use overheard_model::ids::{Age, Market};
use overheard_model::strata::stratum_index;

use super::*;

#[test]
fn an_id_says_where_a_person_is() {
    let scenario = overheard_scenario::Scenario::defaults();
    let world = overheard_engine::world(&scenario, 100_000, 1);
    let text = |assistant| {
        let stratum = stratum_index(Market::Eu, Age::A25, assistant);
        PersonId { stratum, index: 7 }.text(&world)
    };
    assert_eq!(text(true), "eu/25-34/assistant/7");
    assert_eq!(text(false), "eu/25-34/others/7");
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let error = read(&b"{\"day\":3}\n"[..]).unwrap_err();
    assert!(error.to_string().starts_with("line 1 "), "{error}");
}

/// What a diary tells is what the run tallies: the diaries of all people of a leaf, each simulated alone, add up to the leaf's
/// cells, under both arms and on every day.
#[test]
fn diaries_add_up_to_the_tallies() {
    use crate::month::month;
    use overheard_model::block::Block;
    use overheard_model::ids::{App, Source};
    use overheard_model::tally::TableId;

    let text = "[time]\nstart = 2025-12-15\nend = 2025-12-19\n[run]\npeople = 3000\n[pilot]\npeople = 1000\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n[[arm]]\nname = \"policy\"\n";
    let file = overheard_scenario::ScenarioFile::parse("t.toml", text.as_bytes()).unwrap();
    let scenario = file.scenario::<&str>(&[]).unwrap();
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let threads = std::num::NonZeroUsize::MIN;
    let path = overheard_engine::solve_path(&scenario, Isa::best(), threads, &cancel, |_, _| ());
    let prepared = Prepared::new(scenario, path.unwrap().unwrap(), EngineKind::Thinned);
    let world = prepared.world();
    let stratum = stratum_index(Market::UsCanada, Age::A25, true);
    let people = 48.min(world.strata[stratum as usize].people);

    let mut block = Block::default();
    load(world, &mut block, stratum, 0, 0..people as u32);
    let mut ring = stages(&prepared.params, EngineKind::Thinned, Isa::best());
    for day in 0..world.window.days {
        block.day = day;
        ring.all().for_each(|stage| stage.step(&mut block).unwrap());
    }
    let months: Vec<_> = (0..people as u32)
        .map(|index| month(&prepared, Isa::best(), PersonId { stratum, index }, 1).unwrap())
        .collect();
    let days = overheard_engine::day_labels(&prepared.scenario, world.window);
    let mut chat = 0.0;
    for (arm, name) in ["no-policy", "policy"].into_iter().enumerate() {
        for (d, date) in days.iter().enumerate() {
            for (a, app) in App::ALL.iter().enumerate() {
                let feeds = months
                    .iter()
                    .flat_map(|l| &l.days)
                    .filter(|day| day.arm == name && day.date == *date);
                let feeds: Vec<&Feed> = feeds
                    .flat_map(|d| &d.feeds)
                    .filter(|f| f.app == app.name())
                    .collect();
                let cell = |table: TableId, source: Source| {
                    let cell = world.layout.cell(table, [d, a, source.index()]);
                    block.tallies[arm].value(cell)
                };
                for source in Source::ALL {
                    let of = |flow: Flow| match source {
                        Source::Broad => flow.broad,
                        Source::Behaviour => flow.behaviour,
                        Source::Chat => flow.chat,
                    };
                    let told: [f64; 2] = [
                        feeds.iter().map(|f| of(f.ads)).sum(),
                        feeds.iter().map(|f| of(f.items)).sum(),
                    ];
                    let tallied = [
                        cell(TableId::Impressions, *source),
                        cell(TableId::Organic, *source),
                    ];
                    for (told, tallied) in told.into_iter().zip(tallied) {
                        let off = (told - tallied).abs();
                        assert!(
                            off < 1e-4 + 1e-5 * tallied.abs(),
                            "{name} {date} {app} {source}: {told} for {tallied}"
                        );
                    }
                    if *source == Source::Chat {
                        chat += told[0];
                    }
                }
                // By topic: never more chat-derived ads than there are.
                for feed in feeds {
                    let topics: f64 = feed.topics.iter().map(|t| t.ads.chat).sum();
                    assert!(
                        topics <= feed.ads.chat + 1e-3,
                        "{topics} of {}",
                        feed.ads.chat
                    );
                }
            }
        }
    }
    assert!(chat > 0.0, "nobody chatted: the law was not tried");
}
