//! What decides how much work a person is, known before the person is born: a few draws of a birth, at their places.

use overheard_model::ids::App;
use overheard_model::streams::{At, Stream, below_one};
use overheard_model::world::World;

use crate::even::Even;
use crate::params::Params;

/// Blocks of four random words that give each app that can join one.
const JOIN_BLOCKS: usize = (App::COUNT - 1).div_ceil(4);

/// A person in outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sketch {
    /// Bit per app.
    pub apps: u8,
    /// Uniforms against the joining knobs.
    pub joined: [f32; App::COUNT - 1],
    /// Place among all people by how often apps are opened, 0 to 1, where a person's apps share it.
    pub opens: f64,
    /// Place among the assistant's users by how often they chat, 0 to 1; 0 of others.
    pub chats: f64,
}

/// Outlines of people of a stratum.
pub fn sketches<'a>(
    p: &'a Params,
    world: &'a World,
    stratum: u16,
) -> impl Fn(u32) -> Sketch + use<'a> {
    let even = Even::new(&world.draws, stratum);
    let app_sets = &p.app_sets[world.market(stratum).index()];
    let assistant = world.assistant(stratum);
    move |index| {
        let words = |stream, i: usize| {
            let at = At::person(stratum, index, stream);
            world.draws.units(at, i as u32)
        };
        let joined: [[f64; 4]; JOIN_BLOCKS] = std::array::from_fn(|i| words(Stream::Join, i));
        let [_, u_apps, u_shared] = even.of(index);
        Sketch {
            apps: app_sets.pick(u_apps),
            joined: std::array::from_fn(|k| below_one(joined[k / 4][k % 4])),
            opens: u_shared,
            chats: if assistant {
                words(Stream::Habit, 0)[0]
            } else {
                0.0
            },
        }
    }
}
