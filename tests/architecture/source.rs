//! A Rust source as words and signs, with comments and literals gone: enough to see which paths it names,
//! where, and whether only tests compile it. It is no parser; it promises never to take a comment, a string
//! or a lifetime for code.

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or keyword; `r#type` is `type`.
    Word(String),
    /// `::`
    PathSep,
    /// A string, byte string or C string of any form.
    Text,
    /// A number or a character.
    Literal,
    /// Any other sign, one character each.
    Sign(char),
}

/// A token and the line it starts on, from 1.
#[derive(Debug, Clone)]
pub struct Token {
    pub kind: Kind,
    pub line: usize,
}

impl Token {
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Word(w) if w == word)
    }

    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// A path as the source names it: `use a::{b, c::D}` names `a::b` and `a::c::D`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    pub line: usize,
    /// Place of the first token.
    pub at: usize,
}

impl Path {
    pub fn starts_with(&self, prefix: &[&str]) -> bool {
        self.segments.len() >= prefix.len() && self.segments.iter().zip(prefix).all(|(a, b)| a == b)
    }

    pub fn text(&self) -> String {
        self.segments.join("::")
    }
}

/// One file of the crate, taken apart.
#[derive(Debug)]
pub struct Source {
    /// Path under `src/`, with `/` between parts: `wire/reader.rs`.
    pub path: String,
    /// Modules from the crate root down: `["wire", "reader"]`; empty for `lib.rs` and `main.rs`.
    pub module: Vec<String>,
    pub tokens: Vec<Token>,
    pub paths: Vec<Path>,
    /// For each token, whether only tests compile it.
    test_only: Vec<bool>,
    /// For each token, how many `mod name { … }` stand around it.
    inline_depth: Vec<usize>,
    /// Modules in files of their own that only tests compile.
    pub test_modules: Vec<Vec<String>>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let tokens = tokens(text);
        let module = module_of(path);
        let (test_only, names) = test_regions(&tokens);
        let test_modules = names
            .into_iter()
            .map(|name| module.iter().cloned().chain(std::iter::once(name)).collect())
            .collect();
        Self {
            path: path.to_owned(),
            module,
            paths: paths(&tokens),
            inline_depth: inline_depths(&tokens),
            test_only,
            test_modules,
            tokens,
        }
    }

    /// The top-level module this file belongs to; `None` for the crate root and the program.
    pub fn floor(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    pub fn is_test(&self, at: usize) -> bool {
        self.test_only[at]
    }

    /// Marks the whole file as compiled by tests only.
    pub fn mark_all_test(&mut self) {
        self.test_only.fill(true);
    }

    /// What a path names seen from the crate root, where it goes through `crate` or climbs there by `super`.
    pub fn seen_from_root<'a>(&self, path: &'a Path) -> Option<&'a [String]> {
        let segments = path.segments.as_slice();
        if segments.first().is_some_and(|s| s == "crate") {
            return segments.get(1..);
        }
        let segments = if segments.first().is_some_and(|s| s == "self") { &segments[1..] } else { segments };
        let climbed = segments.iter().take_while(|s| *s == "super").count();
        let depth = self.module.len() + self.inline_depth[path.at];
        (climbed > 0 && climbed == depth).then(|| &segments[climbed..])
    }
}

fn module_of(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    match stem {
        "lib" | "main" => Vec::new(),
        _ => stem.split('/').map(str::to_owned).collect(),
    }
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Cuts a text into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut cutter = Cutter { chars: text.chars().collect(), at: 0, line: 1, out: Vec::new() };
    cutter.run();
    cutter.out
}

struct Cutter {
    chars: Vec<char>,
    at: usize,
    line: usize,
    out: Vec<Token>,
}

impl Cutter {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn bump(&mut self) {
        if self.peek(0) == '\n' {
            self.line += 1;
        }
        self.at += 1;
    }

    fn take_word(&mut self) -> String {
        let from = self.at;
        while is_word_char(self.peek(0)) {
            self.bump();
        }
        self.chars[from..self.at].iter().collect()
    }

    fn run(&mut self) {
        while self.at < self.chars.len() {
            let line = self.line;
            if let Some(kind) = self.next() {
                self.out.push(Token { kind, line });
            }
        }
    }

    fn next(&mut self) -> Option<Kind> {
        let c = self.peek(0);
        if c == '/' && self.peek(1) == '/' {
            while self.at < self.chars.len() && self.peek(0) != '\n' {
                self.bump();
            }
            None
        } else if c == '/' && self.peek(1) == '*' {
            self.skip_block_comment();
            None
        } else if c.is_whitespace() {
            self.bump();
            None
        } else if c == '"' {
            self.skip_string();
            Some(Kind::Text)
        } else if c == '\'' {
            self.skip_quote()
        } else if c.is_ascii_digit() {
            self.take_word();
            Some(Kind::Literal)
        } else if is_word_char(c) {
            Some(self.word_or_prefixed_literal())
        } else if c == ':' && self.peek(1) == ':' {
            self.bump();
            self.bump();
            Some(Kind::PathSep)
        } else {
            self.bump();
            Some(Kind::Sign(c))
        }
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    self.bump();
                    continue;
                }
            }
            self.bump();
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_string(&mut self) {
        self.bump();
        while self.at < self.chars.len() && self.peek(0) != '"' {
            if self.peek(0) == '\\' {
                self.bump();
            }
            self.bump();
        }
        self.bump();
    }

    fn skip_raw_string(&mut self, hashes: usize) {
        for _ in 0..=hashes {
            self.bump();
        }
        while self.at < self.chars.len() {
            let closes = self.peek(0) == '"' && (1..=hashes).all(|n| self.peek(n) == '#');
            self.bump();
            if closes {
                for _ in 0..hashes {
                    self.bump();
                }
                return;
            }
        }
    }

    /// A character literal, or a lifetime, which names nothing.
    fn skip_quote(&mut self) -> Option<Kind> {
        if self.peek(1) == '\\' {
            self.bump();
            self.bump();
            self.bump();
            while self.at < self.chars.len() && self.peek(0) != '\'' {
                self.bump();
            }
            self.bump();
            Some(Kind::Literal)
        } else if self.peek(2) == '\'' {
            self.bump();
            self.bump();
            self.bump();
            Some(Kind::Literal)
        } else {
            self.bump();
            self.take_word();
            None
        }
    }

    fn word_or_prefixed_literal(&mut self) -> Kind {
        let word = self.take_word();
        let prefix = matches!(word.as_str(), "r" | "b" | "c" | "br" | "cr");
        if prefix && word == "b" && self.peek(0) == '\'' {
            self.skip_quote();
            return Kind::Literal;
        }
        if prefix && word.ends_with('r') {
            let hashes = self.chars[self.at..].iter().take_while(|c| **c == '#').count();
            if self.peek(hashes) == '"' {
                self.skip_raw_string(hashes);
                return Kind::Text;
            }
            if word == "r" && hashes == 1 {
                self.bump();
                return Kind::Word(self.take_word());
            }
        } else if prefix && self.peek(0) == '"' {
            self.skip_string();
            return Kind::Text;
        }
        Kind::Word(word)
    }
}

/// Every path the tokens name, groups written out.
pub fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if matches!(tokens[at].kind, Kind::Word(_)) {
            at = read_path(tokens, at, &[], &mut out);
        } else {
            at += 1;
        }
    }
    out
}

/// Reads the path that starts at `at` under `prefix`; returns the place after it.
fn read_path(tokens: &[Token], mut at: usize, prefix: &[String], out: &mut Vec<Path>) -> usize {
    let start = at;
    let mut segments = prefix.to_vec();
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Word(word) => segments.push(word.clone()),
            Kind::Sign('*') if at > start => segments.push("*".to_owned()),
            Kind::Sign('{') if at > start => return read_group(tokens, at, &segments, out),
            _ => break,
        }
        at += 1;
        if tokens.get(at).is_none_or(|t| t.kind != Kind::PathSep) {
            break;
        }
        at += 1;
    }
    out.push(Path { segments, line: tokens[start].line, at: start });
    at
}

/// Reads `{a, b::{c, d}}` at `at`; returns the place after its closing brace.
fn read_group(tokens: &[Token], mut at: usize, prefix: &[String], out: &mut Vec<Path>) -> usize {
    at += 1;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Sign('}') => return at + 1,
            Kind::Sign('*') => {
                let segments = prefix.iter().cloned().chain(std::iter::once("*".to_owned())).collect();
                out.push(Path { segments, line: token.line, at });
                at += 1;
            }
            Kind::Word(word) if word == "as" => at += 2,
            Kind::Word(_) => at = read_path(tokens, at, prefix, out),
            _ => at += 1,
        }
    }
    at
}

fn inline_depths(tokens: &[Token]) -> Vec<usize> {
    let mut open = Vec::new();
    let mut depth = 0;
    let mut out = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign('{') {
            let module = at >= 2 && tokens[at - 2].is_word("mod");
            depth += usize::from(module);
            open.push(module);
        } else if token.is_sign('}') && open.pop() == Some(true) {
            depth -= 1;
        }
        out.push(depth);
    }
    out
}

/// Which tokens stand under a `cfg` that asks for tests, and the names of modules so marked that live in
/// files of their own.
fn test_regions(tokens: &[Token]) -> (Vec<bool>, Vec<String>) {
    let mut marks = vec![false; tokens.len()];
    let mut modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let inner = tokens.get(at + 1).is_some_and(|t| t.is_sign('!'));
        let open = at + 1 + usize::from(inner);
        if !tokens[at].is_sign('#') || !tokens.get(open).is_some_and(|t| t.is_sign('[')) {
            at += 1;
            continue;
        }
        let close = end_of_brackets(tokens, open);
        if !asks_for_tests(&tokens[open + 1..close.min(tokens.len())]) {
            at = close;
            continue;
        }
        if inner {
            marks.fill(true);
            return (marks, modules);
        }
        let (end, module) = end_of_item(tokens, close + 1);
        modules.extend(module);
        marks[at..end].fill(true);
        at = end;
    }
    (marks, modules)
}

fn asks_for_tests(attribute: &[Token]) -> bool {
    attribute.first().is_some_and(|t| t.is_word("cfg"))
        && attribute.iter().any(|t| t.is_word("test"))
        && !attribute.iter().any(|t| t.is_word("not") || t.is_word("any"))
}

/// Place of the bracket that closes the one at `open`.
fn end_of_brackets(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Sign('(' | '[' | '{') => depth += 1,
            Kind::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// Place after the item that starts at `at` (further attributes included), and its name if it is `mod name;`.
fn end_of_item(tokens: &[Token], mut at: usize) -> (usize, Option<String>) {
    let mut module = None;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Word(word) if word == "mod" => {
                if let (Some(Kind::Word(name)), true) =
                    (tokens.get(at + 1).map(|t| &t.kind), tokens.get(at + 2).is_some_and(|t| t.is_sign(';')))
                {
                    module = Some(name.clone());
                }
                at += 1;
            }
            Kind::Sign('(' | '[') => at = end_of_brackets(tokens, at) + 1,
            Kind::Sign('{') => return ((end_of_brackets(tokens, at) + 1).min(tokens.len()), module),
            Kind::Sign(';') => return (at + 1, module),
            Kind::Sign('}') => return (at, module),
            _ => at += 1,
        }
    }
    (tokens.len(), module)
}
