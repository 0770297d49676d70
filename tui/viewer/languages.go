package viewer

import (
	"bytes"
	"path"
	"strings"
)

// language is what is coloured in one family of files. It is a sketch on purpose: a library that knows hundreds of
// languages costs milliseconds at every start of the program, also of those that view nothing.
type language struct {
	comments []comment
	quotes   string
	words    map[string]bool
	tags     bool // names behind < are words
	keys     bool // what stands before a colon or an equals sign at the beginning of a line is a key
}

// comment is how a comment begins and ends; without an end it takes the rest of its line.
type comment struct {
	begin, end string
	freshOnly  bool // only at the beginning of a line
}

const (
	cWords = `auto break case catch char class const continue default delete do double else enum extends extern false
		final finally float for goto if implements import in inline instanceof int interface long namespace new null
		nullptr operator override package private protected public return short signed sizeof static struct super switch
		template this throw throws true try typedef typename union unsigned using virtual void volatile while bool`
	goWords = `break case chan const continue default defer else fallthrough false for func go goto if import interface map
		nil package range return select struct switch true type var`
	rustWords = `as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod
		move mut pub ref return self Self static struct super trait true type unsafe use where while`
	scriptWords = `abstract any as async await break case catch class const continue debugger default delete do else enum
		export extends false finally for from function if import in instanceof interface let new null of return static
		super switch this throw true try type typeof undefined var void while yield`
	pythonWords = `and as assert async await break class continue def del elif else except False finally for from global if
		import in is lambda None nonlocal not or pass raise return True try while with yield`
	shellWords = `case do done elif else esac exit export fi for function if in local return set then until while`
	phpWords   = `abstract and array as break case catch class const continue default do echo else elseif extends false
		final foreach for function global if implements include instanceof interface namespace new null or private
		protected public require require_once return static switch this throw trait true try use var while`
	rubyWords = `alias and begin break case class def do else elsif end ensure false for if in module next nil not or redo
		require rescue retry return self super then true undef unless until when while yield`
	sqlWords = `add all alter and as asc between by case create delete desc distinct drop else end exists from group having
		in index inner insert into is join key left like limit not null on or order primary references right select set
		table then union unique update values view when where with`
	gcodeWords = `G0 G1 G2 G3 G4 G17 G20 G21 G28 G90 G91 G92 M0 M2 M3 M5 M6 M30 M82 M84 M104 M106 M107 M109 M140 M190`
	plainWords = `true false yes no on off null none`
)

// languageOf tells a language by a file's name or its first line; nil where it has none.
func languageOf(name string, data []byte) *language {
	name = strings.ToLower(name)
	kind := strings.TrimPrefix(path.Ext(name), ".")
	if bytes.HasPrefix(data, []byte("#!")) || name == "makefile" || name == "dockerfile" || name == ".bashrc" {
		first, _, _ := bytes.Cut(data, []byte("\n"))
		if kind = "sh"; bytes.Contains(first, []byte("python")) {
			kind = "py"
		}
	}
	family := families()[kind]
	if family == nil {
		return nil
	}
	return family()
}

// families gives how the language of each ending is made, so that only the one that is wanted is.
func families() map[string]func() *language {
	all := map[string]func() *language{}
	add := func(endings string, f func() *language) {
		for e := range strings.FieldsSeq(endings) {
			all[e] = f
		}
	}
	hash, slashes := comment{begin: "#"}, comment{begin: "//"}
	block, angle := comment{begin: "/*", end: "*/"}, comment{begin: "<!--", end: "-->"}
	add("c h cc cpp hpp cs java kt swift m scala css scss less ino", with(`"'`, cWords, slashes, block))
	add("go", with("\"'`", goWords, slashes, block))
	add("rs", with(`"`, rustWords, slashes, block))
	add("js jsx ts tsx mjs json", with("\"'`", scriptWords, slashes, block))
	add("py", with(`"'`, pythonWords, hash))
	add("sh bash zsh fish mk", with(`"'`, shellWords, hash))
	add("php", with(`"'`, phpWords, slashes, hash, block))
	add("rb pl pm", with(`"'`, rubyWords, hash))
	add("sql", with(`"'`, sqlWords+" "+strings.ToUpper(sqlWords), comment{begin: "--"}, block))
	add("html htm xml svg xhtml", withTags(with(`"`, "", angle)))
	add("gcode nc ngc", with("", gcodeWords, comment{begin: ";"}, comment{begin: "(", end: ")"}))
	add("yml yaml toml ini cfg conf properties env service desktop", withKeys(with(`"'`, plainWords,
		hash, comment{begin: ";", freshOnly: true})))
	add("md", with("`", "", angle, comment{begin: ">", freshOnly: true}))
	return all
}

func with(quotes, words string, comments ...comment) func() *language {
	return func() *language {
		l := &language{comments: comments, quotes: quotes, words: map[string]bool{}}
		for w := range strings.FieldsSeq(words) {
			l.words[w] = true
		}
		return l
	}
}

func withTags(family func() *language) func() *language {
	return func() *language {
		l := family()
		l.tags = true
		return l
	}
}

func withKeys(family func() *language) func() *language {
	return func() *language {
		l := family()
		l.keys = true
		return l
	}
}
