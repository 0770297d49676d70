package listing

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// monthOf gives the number of the month that a word names, 0 if it names none. Case, and a dot or comma at the end, do
// not matter; the charset may be UTF-8 or one that was used for the language before it.
func monthOf(word []byte) int {
	if len(word) == 3 {
		if m := englishMonth(word); m > 0 {
			return m
		}
	}
	if len(word) < 3 || len(word) > 32 || isDigit(word[0]) {
		return 0
	}
	var low [32]byte
	n := copy(low[:], word)
	for n > 0 && (low[n-1] == '.' || low[n-1] == ',') {
		n--
	}
	for i := range n {
		low[i] = lowerASCII(low[i])
	}
	return int(monthWords()[string(low[:n])])
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// englishMonth is the way that nearly every line goes.
func englishMonth(w []byte) int {
	switch string([]byte{w[0] | 0x20, w[1] | 0x20, w[2] | 0x20}) {
	case "jan":
		return 1
	case "feb":
		return 2
	case "mar":
		return 3
	case "apr":
		return 4
	case "may":
		return 5
	case "jun":
		return 6
	case "jul":
		return 7
	case "aug":
		return 8
	case "sep":
		return 9
	case "oct":
		return 10
	case "nov":
		return 11
	case "dec":
		return 12
	}
	return 0
}

// isWeekday knows the English days of the week, short or long, with or without a dot or comma.
func isWeekday(w []byte) bool {
	if len(w) < 3 || len(w) > 10 {
		return false
	}
	switch string([]byte{w[0] | 0x20, w[1] | 0x20, w[2] | 0x20}) {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return true
	}
	return false
}

// language holds the names of the months, January first, the ways to write one parted by "/". An abbreviation that is
// another month in another language cannot be told apart and stands nowhere.
type language struct {
	months   string
	charsets []encoding.Encoding
}

func languages() []language {
	west := []encoding.Encoding{charmap.ISO8859_1, charmap.CodePage850, charmap.CodePage437}
	east := []encoding.Encoding{charmap.ISO8859_2, charmap.Windows1250, charmap.CodePage852}
	cyrillic := []encoding.Encoding{charmap.Windows1251, charmap.KOI8R, charmap.CodePage866, charmap.ISO8859_5}
	chinese := []encoding.Encoding{simplifiedchinese.GBK, traditionalchinese.Big5}
	return []language{
		{"january february march april may june july august september/sept october november december", west},
		{"jänner/jän/januar feber/februar märz/mär/mrz/maerz april mai juni juli august september/sept oktober/okt " +
			"november dezember/dez", west}, // de
		{"janv/janvier févr/fév/fevr/fevrier/février mars avr/avril mai juin juil/juillet/jui août/aoû/aout septembre " +
			"octobre novembre déc/décembre", west}, // fr
		{"ene/enero febrero marzo abr/abril mayo junio julio ago/agosto septiembre/setiembre/set octubre noviembre " +
			"dic/diciembre", west}, // es
		{"gen/gennaio febbraio marzo aprile mag/maggio giu/giugno lug/luglio agosto settembre/sett ott/ottobre " +
			"novembre dicembre", west}, // it
		{
			"janeiro fev/fevereiro março/marco abril mai/maio junho julho agosto setembro out/outubro novembro dez/dezembro",
			west,
		}, // pt
		{
			"januari februari mrt/maart april mei juni juli augustus september okt/oktober november december",
			west,
		}, // nl
		{"januari februari mars april maj juni juli augusti september okt/oktober november december", west}, // sv
		{"januar februar marts april maj juni juli august september oktober november december", west},       // da
		{"januar februar mars april mai juni juli august september oktober november des/desember", west},    // no
		{
			"tam/tammi/tammikuu/tammikuuta hel/helmi/helmikuu/helmikuuta maa/maalis/maaliskuu/maaliskuuta " +
				"huh/huhti/huhtikuu/huhtikuuta tou/touko/toukokuu/toukokuuta kes/kesä/kesäkuu/kesäkuuta " +
				"hei/heinä/heinäkuu/heinäkuuta elo/elokuu/elokuuta syy/syys/syyskuu/syyskuuta lok/loka/lokakuu/lokakuuta " +
				"marras/marraskuu/marraskuuta " +
				"jou/joulu/joulukuu/joulukuuta",
			west,
		}, // fi
		{"sty/stycznia/styczeń lut/lutego/luty marca/marzec kwi/kwietnia/kwiecień maj/maja cze/czerwca/czerwiec " +
			"lip/lipca/lipiec sie/sierpnia/sierpień wrz/września/wrzesień paź/paz/października/październik " +
			"lis/listopada/listopad gru/grudnia/grudzień", east}, // pl
		{"január/januar febr/február/februar márc/már/március ápr/április máj/május jún/június júl/július augusztus " +
			"szept/sze/szeptember október november december", east}, // hu
		{"янв/января/январь фев/февр/февраля/февраль мар/марта/март апр/апреля/апрель май/мая июн/июня/июнь " +
			"июл/июля/июль авг/августа/август сен/сент/сентября/сентябрь окт/октября/октябрь ноя/нояб/ноября/ноябрь " +
			"дек/декабря/декабрь", cyrillic}, // ru
		{"一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月", chinese}, // zh, where it is not in digits
	}
}

// monthWords holds every way to write a month, as bytes with ASCII letters in lower case.
var monthWords = sync.OnceValue(func() map[string]uint8 {
	words := map[string]uint8{}
	for _, l := range languages() {
		l.addAll(words)
	}
	return words
})

func (l language) addAll(words map[string]uint8) {
	for i, names := range strings.Fields(l.months) {
		for name := range strings.SplitSeq(names, "/") {
			l.add(words, name, uint8(i+1))
		}
	}
}

// add puts in one name in all letter cases and charsets.
func (l language) add(words map[string]uint8, name string, month uint8) {
	first, size := utf8.DecodeRuneInString(name)
	for _, cased := range []string{name, strings.ToUpper(name), string(unicode.ToUpper(first)) + name[size:]} {
		words[lowerASCIIString(cased)] = month
		for _, charset := range l.charsets {
			if legacy, err := charset.NewEncoder().String(cased); err == nil {
				words[lowerASCIIString(legacy)] = month
			}
		}
	}
}

func lowerASCIIString(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = lowerASCII(b[i])
	}
	return string(b)
}
