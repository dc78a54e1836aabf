use std::collections::BTreeSet;

use rand::Rng;

use super::*;
use crate::isa::Isa;

fn hex(words: [u32; 4]) -> String {
    words.map(|w| format!("{w:08x}")).join(" ")
}

/// Known answers of the authors' library Random123 (file `kat_vectors`).
#[test]
fn philox_gives_the_published_answers() {
    assert_eq!(
        hex(philox4x32([0; 2], [0; 4])),
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8"
    );
    assert_eq!(
        hex(philox4x32([!0; 2], [!0; 4])),
        "408f276d 41c83b0e a20bc7c6 6d5451fd"
    );
    assert_eq!(
        hex(philox4x32(
            [0xa409_3822, 0x299f_31d0],
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]
        )),
        "d16cfe09 94fdcceb 5001e420 24126ea1"
    );
}

/// As doubles all uniforms are below 1; as singles the highest are not.
#[test]
fn a_share_of_one_is_everybody() {
    let highest = unit32_f64(u32::MAX);
    assert_eq!(highest as f32, 1.0);
    assert!(below_one(highest) < 1.0);
    for word in [0, 1, 77_777, u32::MAX / 2, u32::MAX - 1000] {
        let u = unit32_f64(word);
        assert_eq!(below_one(u), u as f32);
    }
}

#[test]
fn lanes_equal_the_scalar_draws() {
    let draws = Draws::new(0x0123_4567_89AB_CDEF);
    let mut out = [[0; LEAF]; 4];
    for (stratum, first, day, i) in [
        (0, 0, 0, 0),
        (153, 64, -40, 7),
        (65_535, u32::MAX - 10, NO_DAY, u32::MAX),
    ] {
        // In no order.
        let people = std::array::from_fn(|l| first.wrapping_add(l as u32 * 37 % 64));
        for isa in ["scalar", "avx2", "avx512"]
            .into_iter()
            .filter_map(Isa::named)
        {
            isa.run(
                #[inline(always)]
                || draws.lanes(stratum, &people, day, Stream::Opening, i, LEAF, &mut out),
            );
            for l in 0..LEAF {
                let at = At {
                    stratum,
                    index: people[l],
                    day,
                    stream: Stream::Opening,
                };
                assert_eq!(
                    out.map(|words| words[l]),
                    draws.block(at, i),
                    "{}",
                    isa.name()
                );
            }
        }
    }
}

#[test]
fn a_row_has_any_people_and_any_blocks() {
    let draws = Draws::new(7);
    let index = std::array::from_fn(|k| 1000 / (k as u32 + 1));
    let i = std::array::from_fn(|k| k as u32 % 3);
    let words = draws.row(9, -2, Stream::Chat, &index, &i);
    for k in 0..ROW {
        let at = At {
            stratum: 9,
            index: index[k],
            day: -2,
            stream: Stream::Chat,
        };
        assert_eq!(words.map(|word| word[k]), draws.block(at, i[k]));
    }
}

#[test]
fn every_part_of_a_place_matters() {
    let at = At {
        stratum: 1,
        index: 2,
        day: 3,
        stream: Stream::Chat,
    };
    let places = [
        (1, at, 0),
        (2, at, 0),
        (1 << 32, at, 0),
        (1, At { stratum: 2, ..at }, 0),
        (1, At { index: 3, ..at }, 0),
        (1, At { day: -3, ..at }, 0),
        (
            1,
            At {
                stream: Stream::Extract,
                ..at
            },
            0,
        ),
        (1, at, 1),
    ];
    let blocks: BTreeSet<_> = places
        .iter()
        .map(|&(seed, at, i)| Draws::new(seed).block(at, i))
        .collect();
    assert_eq!(blocks.len(), places.len());
}

/// Changing a number here changes every published outcome.
#[test]
fn streams_keep_their_numbers() {
    use Stream::*;
    let numbers = [
        (Person, 1),
        (Treated, 2),
        (Join, 3),
        (Habit, 4),
        (Interests, 5),
        (Traits, 6),
        (Notice, 7),
        (StartState, 8),
        (Passing, 10),
        (Opening, 11),
        (ChatActive, 14),
        (Chat, 15),
        (Extract, 16),
        (Clicks, 17),
        (Recognised, 18),
        (Reaction, 19),
        (Trace, 20),
        (EventsFeed, 21),
        (Pilot, 22),
        (Even, 23),
        (LastChat, 24),
        (Points, 25),
        (Bootstrap, 26),
        (Deeds, 27),
    ];
    for (stream, number) in numbers {
        assert_eq!(stream as u16, number, "{stream:?}");
    }
}

#[test]
fn uniforms_stay_inside_and_are_symmetric() {
    for word in [
        0,
        1,
        255,
        256,
        0x7FFF_FFFF,
        0x8000_0000,
        u32::MAX - 1,
        u32::MAX,
    ] {
        let f = unit_f32(word);
        assert!(f > 0.0 && f < 1.0, "{word} gives {f}");
        assert_eq!(unit_f32(!word), 1.0 - f);
        let d = unit32_f64(word);
        assert!(d > 0.0 && d < 1.0);
        assert_eq!(unit32_f64(!word), 1.0 - d);
        assert!(fine_f32(word) > 0.0 && fine_f32(word) <= 1.0);
    }
}

/// Means of u, u² and of products of neighbouring lanes, words and days, each within 4.5 standard errors.
#[test]
fn uniforms_are_uniform_and_neighbours_independent() {
    let draws = Draws::new(7);
    let n = 200_000u32;
    let at = |index, day| At {
        stratum: 9,
        index,
        day,
        stream: Stream::Deeds,
    };
    let (mut mean, mut square, mut lane, mut day, mut word) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for index in 0..n {
        let u = draws.units(at(index, 0), 0)[0] - 0.5;
        mean += u;
        square += u * u;
        lane += u * (draws.units(at(index + 1, 0), 0)[0] - 0.5);
        day += u * (draws.units(at(index, 1), 0)[0] - 0.5);
        let [a, b, ..] = draws.units(at(index, 0), 1);
        word += (a - 0.5) * (b - 0.5);
    }
    let n = f64::from(n);
    let check = |name: &str, value: f64, expected: f64, variance: f64| {
        let z = (value / n - expected) / (variance / n).sqrt();
        assert!(z.abs() < 4.5, "{name}: z = {z}");
    };
    check("mean", mean, 0.0, 1.0 / 12.0);
    check("square", square, 1.0 / 12.0, 1.0 / 180.0);
    for (name, value) in [("lane", lane), ("day", day), ("word", word)] {
        check(name, value, 0.0, 1.0 / 144.0);
    }
}

#[test]
fn the_generator_walks_the_blocks_in_order() {
    let draws = Draws::new(11);
    let at = At::person(4, 5, Stream::EventsFeed);
    let blocks: Vec<u32> = (0..3).flat_map(|i| draws.block(at, i)).collect();

    let mut rng = StreamRng::new(draws, at, 0);
    assert_eq!((0..12).map(|_| rng.next_u32()).collect::<Vec<_>>(), blocks);

    let mut rng = StreamRng::new(draws, at, 0);
    assert_eq!(
        rng.next_u64(),
        u64::from(blocks[1]) << 32 | u64::from(blocks[0])
    );
    let mut bytes = [0; 6];
    rng.fill_bytes(&mut bytes);
    assert_eq!(bytes[..4], blocks[2].to_le_bytes());
    assert_eq!(bytes[4..], blocks[3].to_le_bytes()[..2]);
}
