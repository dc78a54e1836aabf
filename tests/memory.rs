//! What the platform remembers, and for how long: two knobs and not one.

use overheard_engine::{EngineKind, Prepared, load, stages};
use overheard_model::block::Block;
use overheard_model::columns::STANDING;

use crate::support::{path_of, scenario, tune};

/// Mean mass of behaviour on a person's standing interests under these settings, visits and clicks included, on the first
/// and on the last morning of four weeks without policy: over apps and interests, people as they are weighted [likes].
fn mass(set: &[&str]) -> [f64; 2] {
    let text = "[time]\nstart = 2025-10-01\nend = 2025-10-28\n[run]\npeople = 6000\n[pilot]\npeople = 3000\n\
                [[arm]]\nname = \"no-policy\"\npolicy.enabled = false\n";
    let scenario = scenario(text, set);
    let path = path_of(&scenario);
    let prepared = Prepared::new(scenario, path, EngineKind::Thinned);
    let world = prepared.world();
    let last = world.window.days - 1;
    let (mut sums, mut people) = ([0.0; 2], 0.0);
    for (stratum, s) in world.strata.iter().enumerate() {
        let mut block = Block::default();
        load(world, &mut block, stratum as u16, 0, 0..s.people as u32);
        let mut ring = stages(&prepared.params, EngineKind::Thinned, tune().isa);
        for day in world.window.first()..=last {
            block.day = day;
            for stage in ring.all() {
                stage.step(&mut block).unwrap();
            }
            if day != 0 && day != last {
                continue;
            }
            for leaf in &block.leaves[..block.used()] {
                let of_app = |app: &[[f32; 64]; 8]| -> f64 {
                    let slots = app[..STANDING].iter().flat_map(|slot| &slot[..leaf.n]);
                    slots.map(|x| f64::from(*x)).sum()
                };
                let mass: f64 = leaf.arms[0].behaviour.iter().map(of_app).sum();
                sums[usize::from(day == last)] += s.weight() * mass;
            }
        }
        people += s.represented;
    }
    sums.map(|sum| sum / people)
}

/// Profiles hold as much at a half-life of 14 days as at 180, at the start of a window and after four weeks. The sampling
/// error between half-lives is 0.6 % (6,000 people, of whom the 375 others weigh most), after four weeks 1 %; where the
/// weights are off by a factor, as they were by 3 and 4, it is seen a hundredfold.
#[test]
fn a_longer_memory_does_not_fill_profiles() {
    let at = |days: &str, volume: &str| {
        let half_life = format!("signals.half_life_behaviour={days}");
        mass(&[&half_life, &format!("signals.behaviour_mass_days={volume}")])
    };
    let [first, last] = at("45", "45");
    for days in ["14", "180"] {
        let [start, end] = at(days, "45");
        let off = [start / first - 1.0, end / last - 1.0, end / start - 1.0];
        assert!(
            off.iter().all(|off| off.abs() < 0.03),
            "{days} days: {off:?}"
        );
    }
    // By the sums of a geometric series: 1 / (1 - 2^(-1/180)) over 1 / (1 - 2^(-1/45)).
    let filled = at("180", "180")[0] / first;
    assert!((filled - 3.977).abs() < 0.15, "{filled}");
}
