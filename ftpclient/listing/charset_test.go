package listing

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestCharset(t *testing.T) {
	cyrillic, err := LookupCharset(" Windows-1251 ")
	if err != nil {
		t.Fatal(err)
	}
	if got := cyrillic.Decode("\xcf\xe0\xef\xea\xe0"); got != "Папка" {
		t.Errorf("decoded %q", got)
	}
	if got, err := cyrillic.Encode("Папка"); err != nil || got != "\xcf\xe0\xef\xea\xe0" {
		t.Errorf("encoded %q, %v", got, err)
	}
	if _, err := cyrillic.Encode("日"); err == nil {
		t.Error("windows-1251 has no 日")
	}
	japanese, err := LookupCharset("shift_jis")
	if err != nil {
		t.Fatal(err)
	}
	if got := japanese.Decode("\xff\xfe"); got != "\xff\xfe" {
		t.Errorf("what is no Shift_JIS became %q", got)
	}
	for _, label := range []string{"nonsense", "utf-16le", "replacement"} {
		if _, err := LookupCharset(label); err == nil {
			t.Errorf("charset %q was taken", label)
		}
	}
	if utf8, err := LookupCharset(""); err != nil || utf8.Decode("\xff") != "\xff" {
		t.Error("the default charset must leave bytes alone")
	}
}

// TestMonthsAreUnambiguous makes sure that no spelling in any charset stands for two months: the table would hold the
// later one.
func TestMonthsAreUnambiguous(t *testing.T) {
	seen := map[string]uint8{}
	for _, l := range languages() {
		words := map[string]uint8{}
		l.addAll(words)
		for word, month := range words {
			if other := seen[word]; other != 0 && other != month {
				t.Errorf("%q is month %d and month %d", word, other, month)
			}
			seen[word] = month
		}
	}
}

func TestMonths(t *testing.T) {
	latin1, polish, koi8, dos := charmap.ISO8859_1, charmap.ISO8859_2, charmap.KOI8R, charmap.CodePage866
	tests := []struct {
		word    string
		charset encoding.Encoding
		want    int
	}{
		{"Jan", nil, 1},
		{"Sept", nil, 9},
		{"MÄR", latin1, 3},
		{"März", charmap.CodePage850, 3},
		{"AOÛT", latin1, 8},
		{"déc.", latin1, 12},
		{"Juli,", nil, 7},
		{"paź", polish, 10},
		{"PAŹ", charmap.Windows1250, 10},
		{"Янв", koi8, 1},
		{"НОЯ", dos, 11},
		{"февраля", charmap.ISO8859_5, 2},
		{"kesäkuu", latin1, 6},
		{"ápr", polish, 4},
		{"十二月", simplifiedchinese.GBK, 12},
		{"Jam", nil, 0},
		{"ja", nil, 0},
		{"", nil, 0},
	}
	for _, test := range tests {
		word := test.word
		if test.charset != nil {
			var err error
			if word, err = test.charset.NewEncoder().String(word); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range []string{word, test.word} {
			if got := monthOf([]byte(w)); got != test.want {
				t.Errorf("%q (%s) is month %d, want %d", w, test.word, got, test.want)
			}
		}
	}
}

func TestDateSigns(t *testing.T) {
	charsets := map[encoding.Encoding]string{
		encoding.Nop: "年月日년월일", japanese.ShiftJIS: "年月日", japanese.EUCJP: "年月日",
		simplifiedchinese.GBK: "年月日", traditionalchinese.Big5: "年月日", korean.EUCKR: "년월일",
	}
	for charset, signs := range charsets {
		for i, sign := range []rune(signs) {
			raw, err := charset.NewEncoder().String(string(sign))
			if err != nil {
				t.Fatal(err)
			}
			if which, width := signOf([]byte(raw + "x")); which != part(i%3)+yearPart || width != len(raw) {
				t.Errorf("%c in %v (% x) is part %d of width %d", sign, charset, raw, which, width)
			}
		}
	}
}
