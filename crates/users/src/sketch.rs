//! What decides how much work a person is, known before the person is born: a few draws of a birth, at their places.

use overheard_model::ids::App;
use overheard_model::streams::{At, Stream, unit32_f64};
use overheard_model::world::World;

use crate::even::Even;
use crate::params::Params;

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
        let word = |stream, k: usize| {
            let at = At::person(stratum, index, stream);
            unit32_f64(world.draws.block(at, k as u32 / 4)[k % 4])
        };
        let [_, u_apps, u_shared] = even.of(index);
        Sketch {
            apps: app_sets.pick(u_apps),
            joined: std::array::from_fn(|k| word(Stream::Join, k) as f32),
            opens: u_shared,
            chats: if assistant {
                word(Stream::Habit, 0)
            } else {
                0.0
            },
        }
    }
}
