//! The two engines against each other on people made by hand, and the reference against itself.

mod agreement;

use overheard_model::ids::App;
use overheard_model::isa::Isa;
use overheard_model::stage::Stage;
use overheard_model::tally::{TABLES, TableId, Tally};

use super::EventsFeed;
use super::people::{DAY, MARKET, Setup};
use crate::spread::spread_over_topics;
use crate::thinned::Feeds;
use agreement::{Sample, distance};

/// Every leaf's tallies by arm, of the people from `first` on.
fn run(setup: &Setup, leaves: u32, mut feeds: Vec<Box<dyn Stage>>) -> Vec<Vec<Tally>> {
    (0..leaves)
        .map(|k| {
            let mut block = setup.block(&[(64 * k, 64)]);
            for feed in &mut feeds {
                feed.step(&mut block).unwrap();
            }
            block.tallies
        })
        .collect()
}

fn events(setup: &Setup, leaves: u32) -> Vec<Vec<Tally>> {
    let feed = |app: &App| -> Box<dyn Stage> {
        let (params, world) = (setup.params.clone(), setup.world.clone());
        Box::new(EventsFeed::new(*app, params, world))
    };
    run(setup, leaves, App::ALL.iter().map(feed).collect())
}

fn thinned(setup: &Setup, leaves: u32) -> Vec<Vec<Tally>> {
    let (params, world) = (setup.params.clone(), setup.world.clone());
    let feeds = Feeds::new(params, world, Isa::Scalar);
    let mut all = run(setup, leaves, vec![Box::new(feeds)]);
    for tallies in &mut all {
        for (arm, tally) in tallies.iter_mut().enumerate() {
            spread_over_topics(
                &setup.params,
                &setup.world,
                Isa::best(),
                arm,
                MARKET.index(),
                tally,
            );
        }
    }
    all
}

/// Standard errors that make two engines differ: one cell in 150,000 would by chance.
const FAR: f64 = 4.5;

#[test]
fn both_engines_show_the_same_day() {
    let setup = Setup::new(&[]);
    let (drawn, fast) = (events(&setup, 500), thinned(&setup, 500));
    let mut filled = Vec::new();
    for arm in 0..setup.world.arms {
        for table in TableId::ALL {
            let samples =
                [&drawn, &fast].map(|all| Sample::of(&setup.world.layout, all, arm, *table));
            if samples[0].cells() > 0 {
                filled.push(*table);
            }
            for (cell, z, means) in distance(&samples[0], &samples[1]) {
                let [drawn, integrated] = means;
                assert!(
                    z.abs() < FAR,
                    "arm {arm}, {table:?} cell {cell:?}: {drawn} drawn, {integrated} integrated, {z} standard errors"
                );
            }
        }
    }
    // The comparison is about everything that feeds fill, not about tables that both leave empty.
    for table in FILLED_BY_FEEDS {
        assert!(filled.contains(table), "{table:?} is empty");
    }
}

const FILLED_BY_FEEDS: &[TableId] = &[
    TableId::People,
    TableId::ActiveTotal,
    TableId::ActiveDay,
    TableId::ActiveApp,
    TableId::ActiveDayApp,
    TableId::Sessions,
    TableId::Slots,
    TableId::Impressions,
    TableId::ImpressionsTopic,
    TableId::Spend,
    TableId::SpendTopic,
    TableId::Clicks,
    TableId::ClicksTopic,
    TableId::Conversions,
    TableId::ConversionsTopic,
    TableId::Incremental,
    TableId::IncrementalTopic,
    TableId::Predicted,
    TableId::ImpressionsKind,
    TableId::SpendKind,
    TableId::ClicksKind,
    TableId::ConversionsKind,
    TableId::ImpressionsFromChats,
    TableId::SpendFromChats,
    TableId::ClicksFromChats,
    TableId::HeldImpressions,
    TableId::HeldSpend,
    TableId::HeldClicks,
    TableId::HeldDisplaced,
    TableId::SplitImpressionsKind,
    TableId::SplitSpendKind,
    TableId::SplitClicksKind,
    TableId::SplitConversionsKind,
    TableId::Displaced,
    TableId::WithDisplaced,
    TableId::Organic,
    TableId::OrganicTopic,
    TableId::ItemsByType,
    TableId::Reached,
    TableId::ReachedDay,
    TableId::ReachedApp,
    TableId::Frequency,
    TableId::ReachedSensitiveAny,
    TableId::ReachedSensitiveClass,
    TableId::ReachedSensitiveRoute,
    TableId::ReachedSensitive,
    TableId::SensitiveContent,
    TableId::SensitiveAds,
    TableId::CrossApp,
    TableId::FirstAd,
    TableId::AfterLeaving,
    TableId::MinorsReached,
    TableId::Quit,
    TableId::Controls,
    TableId::Vulnerable,
    TableId::TopicsAds,
    TableId::TopicsContent,
    TableId::SpreadPeople,
    TableId::SpreadAds,
    TableId::PeopleHabit,
    TableId::ChatAdsHabit,
    TableId::DisplacedHabit,
    TableId::ReachedHabit,
    TableId::WithDisplacedHabit,
    TableId::SensitiveAdsHabit,
    TableId::ReachedSensitiveHabit,
    TableId::Diversity,
    TableId::DiversityPeople,
    TableId::SplitSlots,
    TableId::SplitImpressions,
    TableId::SplitSpend,
    TableId::SplitClicks,
    TableId::SplitConversions,
    TableId::SplitIncremental,
];

/// The largest distance over the cells of a table.
fn farthest(a: &Setup, b: &Setup, leaves: u32, table: TableId) -> f64 {
    let (drawn, fast) = (events(a, leaves), thinned(b, leaves));
    let samples = [&drawn, &fast].map(|all| Sample::of(&a.world.layout, all, 1, table));
    distance(&samples[0], &samples[1])
        .into_iter()
        .map(|(_, z, _)| z.abs())
        .fold(0.0, f64::max)
}

#[test]
fn a_click_rate_two_percent_off_is_found() {
    let right = Setup::new(&["ads.click_rate=0.05"]);
    let biased = Setup::new(&["ads.click_rate=0.051"]);
    let z = farthest(&biased, &right, 300, TableId::Clicks);
    assert!(z > FAR, "only {z} standard errors");
}

#[test]
fn a_kappa_two_percent_off_is_found() {
    let right = Setup::new(&[]);
    let biased = Setup::new(&["ads.kappa=4.08"]);
    let z = farthest(&biased, &right, 300, TableId::Organic);
    assert!(z > FAR, "only {z} standard errors");
}

#[test]
fn lists_that_draw_one_percent_more_are_found_in_the_diversity_of_ads() {
    let right = Setup::new(&["ads.manual_demand=0.02"]);
    let biased = Setup::new(&["ads.manual_demand=0.0202"]);
    let z = farthest(&biased, &right, 300, TableId::Diversity);
    assert!(z > FAR, "only {z} standard errors");
}

#[test]
fn a_value_match_two_percent_off_is_found() {
    // Where nearly all is known of who buys, and clicks abound.
    let of = |tau2| {
        Setup::new(&[
            tau2,
            "ads.value_half=1",
            "ads.click_rate=0.05",
            "conversions.lift=0.05",
        ])
    };
    let (right, biased) = (of("ads.tau2=1.2"), of("ads.tau2=1.224"));
    let z = farthest(&biased, &right, 600, TableId::Incremental);
    assert!(z > FAR, "only {z} standard errors");
}

#[test]
fn a_slot_quality_two_percent_off_is_found() {
    // With a high reserve good slots are sold and others are not.
    let of = |quality| Setup::new(&[quality, "ads.reserve=3"]);
    let (right, biased) = (of("ads.slot_quality=1"), of("ads.slot_quality=1.02"));
    let z = farthest(&biased, &right, 2000, TableId::Impressions);
    assert!(z > FAR, "only {z} standard errors");
}

#[test]
fn equal_arms_are_equal_to_the_last_event() {
    let setup = Setup::equal();
    let all = events(&setup, 20);
    let layout = &setup.world.layout;
    for tallies in &all {
        assert!(tallies[0].cells.iter().any(|c| *c != 0));
        assert_eq!(tallies[0], tallies[1]);
        let displaced = tallies[1].table(layout, TableId::Displaced);
        assert!(displaced.iter().all(|c| *c == 0));
    }
}

#[test]
fn nobody_depends_on_their_neighbours_in_the_block() {
    let setup = Setup::new(&[]);
    let tallies = |blocks: &[&[(u32, usize)]]| {
        let mut sum = vec![Tally::new(&setup.world.layout); setup.world.arms];
        for leaves in blocks {
            let mut block = setup.block(leaves);
            for app in App::ALL {
                let mut feed = EventsFeed::new(*app, setup.params.clone(), setup.world.clone());
                feed.step(&mut block).unwrap();
            }
            for (sum, tally) in sum.iter_mut().zip(&block.tallies) {
                sum.merge(tally);
            }
        }
        sum
    };
    let together = tallies(&[&[(0, 64), (64, 64)]]);
    assert_eq!(together, tallies(&[&[(0, 64)], &[(64, 64)]]));
    let apart = tallies(&[&[(0, 10)], &[(10, 54), (64, 64)]]);
    for table in TableId::ALL.iter().filter(|t| !INTEGRATED.contains(t)) {
        for arm in 0..setup.world.arms {
            let [a, b] = [&together, &apart].map(|all| all[arm].table(&setup.world.layout, *table));
            assert_eq!(a, b, "{table:?}");
        }
    }
    assert_eq!(TABLES.len(), TableId::ALL.len());
}

/// Sums of expectations: rounded once per leaf, so that other leaves round otherwise.
const INTEGRATED: &[TableId] = &[
    TableId::SpreadAds,
    TableId::ChatAdsHabit,
    TableId::Diversity,
];

#[test]
fn the_arms_share_their_slots_and_differ_by_what_wins() {
    let setup = Setup::new(&[]);
    let all = events(&setup, 40);
    let layout = &setup.world.layout;
    let sum = |arm: usize, table| {
        all.iter()
            .flat_map(|tallies| tallies[arm].table(layout, table))
            .sum::<i64>() as f64
            / TABLES[table as usize].scale.units()
    };
    assert_eq!(sum(0, TableId::Slots), sum(1, TableId::Slots));
    assert_eq!(sum(0, TableId::Organic), sum(1, TableId::Organic));
    // Not one slot more is displaced than the net change of any cut needs.
    let net = (sum(0, TableId::Impressions) - sum(1, TableId::Impressions)).abs();
    let displaced = sum(1, TableId::Displaced);
    assert!(
        displaced > net && displaced < sum(0, TableId::Slots),
        "{displaced}"
    );
    assert_eq!(DAY, 2);
}
