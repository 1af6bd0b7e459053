//! The text of a filter rule to its tree (CA-49): `device.<property> -<operator> <value>` joined by `-and`, `-or`, `-not`
//! and parentheses. Every error says where it is.

use logos::Logos;

use crate::model::Comparison;

/// The longest rule that the service takes, in characters.
const LONGEST: usize = 3072;

/// The deepest nesting that is read.
const DEEPEST: usize = 64;

/// What is wrong with a rule, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The position in characters.
    at: usize,
    /// How many characters are concerned, at least one.
    length: usize,
    pub(super) message: String,
}

impl Fault {
    /// Message, rule, and carets under the place.
    pub(super) fn show(&self, rule: &str) -> String {
        let line: String = rule.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{}\n    {line}\n    {}{}", self.message, " ".repeat(self.at), "^".repeat(self.length))
    }
}

/// A part of a rule with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    at: usize,
    length: usize,
}

impl<T> Spanned<T> {
    /// A fault at this place.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault { at: self.at, length: self.length.max(1), message: message.into() }
    }
}

/// A rule as written: names and operators are not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    All(Vec<Written>),
    Any(Vec<Written>),
    Not(Box<Written>),
    Test { attribute: Spanned<String>, operator: Spanned<String>, values: Vec<Spanned<Literal>> },
}

/// A value as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// In quotes.
    Text(String),
    /// Without quotes: `True`, `null`, a number.
    Word(String),
}

impl Literal {
    /// The text, with or without quotes.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Word(text) => text,
        }
    }
}

/// A comparison operator by its name, with whether it is the negative one.
pub(super) fn operator(name: &str) -> Option<(Comparison, bool)> {
    let name = name.strip_prefix('-').unwrap_or(name).to_lowercase();
    Some(match name.as_str() {
        "eq" => (Comparison::Equals, false),
        "ne" => (Comparison::Equals, true),
        "startswith" => (Comparison::StartsWith, false),
        "notstartswith" => (Comparison::StartsWith, true),
        "endswith" => (Comparison::EndsWith, false),
        "notendswith" => (Comparison::EndsWith, true),
        "contains" => (Comparison::Contains, false),
        "notcontains" => (Comparison::Contains, true),
        "in" => (Comparison::In, false),
        "notin" => (Comparison::In, true),
        _ => return None,
    })
}

#[derive(Logos, Clone, Debug, PartialEq, Eq)]
#[logos(skip r"\s+")]
enum Token {
    #[token("(")]
    Open,
    #[token(")")]
    Close,
    #[token("[")]
    ListOpen,
    #[token("]")]
    ListClose,
    #[token(",")]
    Comma,
    // A backtick takes the next character as it is.
    #[regex("\"(?:[^\"`]|`(?s:.))*\"", |lex| double_quoted(lex.slice()))]
    // Two single quotes are one.
    #[regex("'(?:[^']|'')*'", |lex| single_quoted(lex.slice()))]
    Text(String),
    #[regex("[^\\s()\\[\\],\"']+", |lex| lex.slice().to_owned())]
    Word(String),
}

fn inner(quoted: &str) -> &str {
    let mut inner = quoted.chars();
    inner.next();
    inner.next_back();
    inner.as_str()
}

fn double_quoted(quoted: &str) -> String {
    let mut text = String::new();
    let mut chars = inner(quoted).chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '`' { chars.next() } else { Some(c) });
    }
    text
}

fn single_quoted(quoted: &str) -> String {
    inner(quoted).replace("''", "'")
}

/// The tree of a rule.
pub(super) fn parse(rule: &str) -> Result<Written, Fault> {
    let characters = rule.chars().count();
    if characters > LONGEST {
        let message = format!("the rule has {characters} characters; the service takes at most {LONGEST}");
        return Err(Fault { at: LONGEST, length: 1, message });
    }
    let count = |range: std::ops::Range<usize>| rule.get(range).unwrap_or_default().chars().count();
    let mut tokens = Vec::new();
    for (token, span) in Token::lexer(rule).spanned() {
        let at = count(0..span.start);
        match token {
            Ok(value) => tokens.push(Spanned { value, at, length: count(span) }),
            Err(()) => return Err(Fault { at, length: 1, message: "a quote that is not closed".to_owned() }),
        }
    }
    let mut parser = Parser { tokens, next: 0, end: characters };
    let tree = parser.any(0)?;
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(parser.unexpected("`-and`, `-or` or the end of the rule")),
    }
}

struct Parser {
    tokens: Vec<Spanned<Token>>,
    next: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|spanned| &spanned.value)
    }

    /// Takes the next token if it is this keyword, with or without its hyphen.
    fn keyword(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(word))
            if word.strip_prefix('-').unwrap_or(word).eq_ignore_ascii_case(wanted));
        self.next += usize::from(found);
        found
    }

    fn token(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == Some(wanted);
        self.next += usize::from(found);
        found
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        match self.tokens.get(self.next) {
            Some(token) => token.fault(format!("expected {wanted}")),
            None => Fault {
                at: self.end,
                length: 1,
                message: format!("expected {wanted}, but the rule ends here"),
            },
        }
    }

    /// `-or` binds weakest.
    fn any(&mut self, depth: usize) -> Result<Written, Fault> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Written::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Written, Fault> {
        let mut parts = vec![self.one(depth)?];
        while self.keyword("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Written::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Written, Fault> {
        if depth > DEEPEST {
            return Err(self.unexpected(&format!("at most {DEEPEST} levels of parentheses and `-not`")));
        }
        if self.keyword("not") {
            return Ok(Written::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.token(&Token::Open) {
            let inside = self.any(depth + 1)?;
            return if self.token(&Token::Close) { Ok(inside) } else { Err(self.unexpected("`)`")) };
        }
        self.test()
    }

    fn word(&mut self, wanted: &str) -> Result<Spanned<String>, Fault> {
        match self.tokens.get(self.next) {
            Some(Spanned { value: Token::Word(word), at, length }) => {
                self.next += 1;
                Ok(Spanned { value: word.clone(), at: *at, length: *length })
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn test(&mut self) -> Result<Written, Fault> {
        let attribute = self.word("an attribute, such as `device.isCompliant`")?;
        if attribute.value.starts_with('-') || !attribute.value.contains('.') {
            return Err(attribute.fault("expected an attribute with a dot, such as `device.isCompliant`"));
        }
        let operator = self.word("an operator, such as `-eq`")?;
        if !operator.value.starts_with('-') && self::operator(&operator.value).is_none() {
            return Err(operator.fault("expected an operator, such as `-eq`"));
        }
        let takes_list = matches!(self::operator(&operator.value), Some((Comparison::In, _)));
        let is_list = self.peek() == Some(&Token::ListOpen);
        let known = self::operator(&operator.value).is_some();
        let values = match (takes_list || !known, is_list) {
            (_, false) => vec![self.literal()?],
            (true, true) => self.list()?,
            (false, true) => return Err(self.unexpected("one value: only `-in` and `-notIn` take a list")),
        };
        Ok(Written::Test { attribute, operator, values })
    }

    fn list(&mut self) -> Result<Vec<Spanned<Literal>>, Fault> {
        self.next += 1;
        let mut values = vec![self.literal()?];
        while self.token(&Token::Comma) {
            values.push(self.literal()?);
        }
        if self.token(&Token::ListClose) { Ok(values) } else { Err(self.unexpected("`,` or `]`")) }
    }

    fn literal(&mut self) -> Result<Spanned<Literal>, Fault> {
        let Some(token) = self.tokens.get(self.next) else {
            return Err(self.unexpected("a value"));
        };
        let value = match &token.value {
            Token::Text(text) => Literal::Text(text.clone()),
            Token::Word(word) if !word.starts_with('-') => Literal::Word(word.clone()),
            _ => {
                return Err(self.unexpected("a value, in double quotes unless it is True, False or a number"));
            }
        };
        let found = Spanned { value, at: token.at, length: token.length };
        self.next += 1;
        Ok(found)
    }
}
