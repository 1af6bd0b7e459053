//! The sign-in graph as a picture: where each state and each way between two states is drawn.

use std::collections::BTreeMap;
use std::fmt::Write;

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::StyleAttr;
use layout::std_shapes::shapes::{Arrow, Element, ShapeKind};
use layout::topo::layout::VisualGraph;

use crate::document::Report;

/// A report of another version may hold any graph; larger ones than this are not drawn.
const LARGEST: (usize, usize) = (80, 240);
const FONT: usize = 15;
/// All blocks.
pub(super) const BLOCKED: &str = "Blocked";

/// A state.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A way from one state to another.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) steps: Vec<String>,
    /// A path in the language of SVG.
    pub(super) path: String,
}

/// Everything with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) nodes: Vec<Node>,
    pub(super) ways: Vec<Way>,
}

impl Picture {
    /// The picture of a report's graph; `None` where it has none, or one that is no sign-in graph of ours.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let graph = &report.system.graph;
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        let mut names: Vec<&str> = Vec::new();
        for name in graph.iter().flat_map(|edge| [merged(&edge.from), merged(&edge.to)]) {
            states.entry(name).or_insert_with(|| {
                names.push(name);
                names.len() - 1
            });
        }
        if names.is_empty() || names.len() > LARGEST.0 || graph.len() > LARGEST.1 {
            return None;
        }
        let mut drawn = VisualGraph::new(Orientation::TopToBottom);
        let look = StyleAttr::new(Color::fast("black"), 1, None, 0, FONT);
        let handles: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let shape = ShapeKind::new_box(name);
                // Its size is measured by the library, which knows the font.
                let size =
                    layout::std_shapes::render::get_shape_size(Orientation::TopToBottom, &shape, FONT, false);
                let element = Element::create_with_properties(
                    shape,
                    look.clone(),
                    Orientation::TopToBottom,
                    size,
                    at.to_string(),
                );
                drawn.add_node(element)
            })
            .collect();
        let mut ways: Vec<Way> = Vec::new();
        for edge in graph {
            let (from, to) = (merged(&edge.from), merged(&edge.to));
            if let Some(known) = ways.iter_mut().find(|way| way.from == from && way.to == to) {
                known.steps.extend(edge.steps.iter().cloned());
                continue;
            }
            let ends = states.get(from).zip(states.get(to)).filter(|_| from != to);
            let ends = ends.and_then(|(from, to)| handles.get(*from).zip(handles.get(*to)));
            let Some((start, end)) = ends else { continue };
            let arrow =
                Arrow { look: look.clone(), properties: Some(ways.len().to_string()), ..Arrow::default() };
            drawn.add_edge(arrow, *start, *end);
            let (from, to, steps) = (from.to_owned(), to.to_owned(), edge.steps.clone());
            ways.push(Way { from, to, steps, path: String::new() });
        }
        let mut places = Places { names: &names, picture: Self { ways, ..Self::default() } };
        drawn.do_it(false, false, false, &mut places);
        let Places { mut picture, .. } = places;
        picture.ways.retain(|way| !way.path.is_empty());
        Some(picture)
    }

    /// The place of a way in `ways`.
    pub(super) fn way(&self, from: &str, to: &str) -> Option<usize> {
        let (from, to) = (merged(from), merged(to));
        self.ways.iter().position(|way| way.from == from && way.to == to)
    }

    /// The place of a state in `nodes`.
    pub(super) fn node(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == merged(name))
    }
}

/// Blocks with their many codes are one state of the picture, which stays narrow enough to be read; the steps tell the codes.
fn merged(name: &str) -> &str {
    if name.starts_with("Block(") { BLOCKED } else { name }
}

/// Takes down what the library would draw.
struct Places<'a> {
    names: &'a [&'a str],
    picture: Picture,
}

impl Places<'_> {
    fn grow(&mut self, x: f64, y: f64) {
        self.picture.width = self.picture.width.max(x + 8.0);
        self.picture.height = self.picture.height.max(y + 8.0);
    }
}

impl RenderBackend for Places<'_> {
    fn draw_rect(
        &mut self,
        xy: Point,
        size: Point,
        _: &StyleAttr,
        properties: Option<String>,
        _: Option<ClipHandle>,
    ) {
        let name = properties.and_then(|at| self.names.get(at.parse::<usize>().ok()?).copied());
        let Some(name) = name else { return };
        self.grow(xy.x + size.x, xy.y + size.y);
        let name = name.to_owned();
        self.picture.nodes.push(Node { name, x: xy.x, y: xy.y, width: size.x, height: size.y });
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        _: (bool, bool),
        _: &StyleAttr,
        properties: Option<String>,
        _: &str,
    ) {
        let [first, second, others @ ..] = path else { return };
        // The first pair leaves a point, each other one comes in at one.
        let mut line = format!(
            "M{:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}",
            first.0.x, first.0.y, first.1.x, first.1.y, second.0.x, second.0.y, second.1.x, second.1.y
        );
        for point in others {
            let _ = write!(line, "S{:.0} {:.0} {:.0} {:.0}", point.0.x, point.0.y, point.1.x, point.1.y);
        }
        for point in path {
            self.grow(point.0.x.max(point.1.x), point.0.y.max(point.1.y));
        }
        let at = properties.and_then(|at| at.parse::<usize>().ok());
        if let Some(way) = at.and_then(|at| self.picture.ways.get_mut(at)) {
            way.path = line;
        }
    }

    // Boxes and arrows are all there is; their text is drawn with them.
    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn draw_text(&mut self, _: Point, _: &str, _: &StyleAttr) {}
    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
