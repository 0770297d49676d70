package theme

// hue names a colour of a palette.
type hue uint8

const (
	none  hue = iota
	ink       // the contrary of the background
	paper     // the background, as a text colour on badges
	dim
	line
	blue
	green
	yellow
	red
	mauve
	orange
	teal
	shade // a background that stands out a little
	raised
)

// isShade tells the backgrounds for which 16 colours have no equal.
func (h hue) isShade() bool { return h == shade || h == raised }

// colour is one hue: its red, green and blue, and its parameters where there are 16 colours.
type colour struct{ hex, fore16, back16 string }

type palette [raised + 1]colour

var darkColours = palette{
	ink:    {"#cdd6f4", "97", "107"},
	paper:  {"#1e1e2e", "30", "40"},
	dim:    {"#9fa5bf", "2", ""},
	line:   {"#737893", "2", ""},
	blue:   {"#89b4fa", "94", "104"},
	green:  {"#a6e3a1", "92", "102"},
	yellow: {"#f9e2af", "93", "103"},
	red:    {"#f38ba8", "91", "101"},
	mauve:  {"#cba6f7", "95", "105"},
	orange: {"#fab387", "93", "103"},
	teal:   {"#94e2d5", "96", "106"},
	shade:  {"#313244", "", ""},
	raised: {"#45475a", "", ""},
}

var lightColours = palette{
	ink:    {"#2c2e42", "30", "40"},
	paper:  {"#eff1f5", "97", "107"},
	dim:    {"#565971", "2", ""},
	line:   {"#7f8296", "2", ""},
	blue:   {"#1a56d6", "34", "44"},
	green:  {"#286c1e", "32", "42"},
	yellow: {"#805000", "35", "45"},
	red:    {"#c20d35", "31", "41"},
	mauve:  {"#7a32d9", "35", "45"},
	orange: {"#a84300", "31", "41"},
	teal:   {"#0f6a74", "34", "44"},
	shade:  {"#dce0e8", "", ""},
	raised: {"#c5cad6", "", ""},
}

// contrastColours are for eyes that need all the contrast there is.
var contrastColours = palette{
	ink:    {"#ffffff", "97", "107"},
	paper:  {"#000000", "30", "40"},
	dim:    {"#d0d0d0", "37", ""},
	line:   {"#a8a8a8", "37", ""},
	blue:   {"#7cc4ff", "96", "106"},
	green:  {"#5cf25c", "92", "102"},
	yellow: {"#ffe94a", "93", "103"},
	red:    {"#ff9c9c", "91", "101"},
	mauve:  {"#e3b0ff", "95", "105"},
	orange: {"#ffb45c", "93", "103"},
	teal:   {"#4df0e6", "96", "106"},
	shade:  {"#262626", "", ""},
	raised: {"#454545", "", ""},
}

// look is how a role looks: two hues and attributes (1 bold, 4 underlined, 7 reverse); mono is all of it where there
// is no colour, and where 16 colours lack the background.
type look struct {
	fore, back hue
	attr, mono string
}

var looks = [roles]look{
	Text:          {},
	Dim:           {fore: dim},
	Title:         {fore: dim},
	TitleFocused:  {fore: blue, attr: "1", mono: "1"},
	Cursor:        {fore: ink, back: raised, attr: "1", mono: "7"},
	CursorBlurred: {back: shade, mono: "4"},
	Marked:        {fore: yellow, mono: "1"},
	Folder:        {fore: blue},
	Link:          {fore: teal},
	Executable:    {fore: green},
	Bar:           {fore: green, mono: "1"},
	BarRest:       {fore: line},
	BarFailed:     {fore: red},
	Spark:         {fore: mauve},
	Good:          {fore: green},
	Bad:           {fore: red, mono: "1"},
	Warn:          {fore: yellow, mono: "1"},
	BadgePassive:  {fore: paper, back: green, mono: "7"},
	BadgeActive:   {fore: paper, back: orange, mono: "1;7"},
	BadgeTLS:      {fore: green},
	BadgePlain:    {fore: yellow, mono: "1"},
	Header:        {fore: ink, back: shade, mono: "7"},
	Key:           {fore: yellow, mono: "1"},
	KeyLabel:      {fore: dim},
	Border:        {fore: line},
	BorderFocused: {fore: blue, mono: "1"},
	Command:       {fore: blue},
	Reply:         {fore: dim},
	Note:          {fore: mauve},
	WireControl:   {fore: blue},
	WirePassive:   {fore: green, mono: "1"},
	WireActive:    {fore: orange, mono: "1"},
	WireFailed:    {fore: red, mono: "1"},
	Dialog:        {},
	DialogTitle:   {attr: "1", mono: "1"},
	Button:        {},
	ButtonFocused: {fore: paper, back: blue, attr: "1", mono: "7"},
	Field:         {fore: ink, back: shade, mono: "4"},
	Found:         {fore: paper, back: yellow, mono: "7"},
	Matched:       {attr: "1;4", mono: "1;4"},
	TabShown:      {fore: ink, back: shade, attr: "1", mono: "7"},
	FieldFocused:  {fore: ink, back: raised, mono: "4;1"},
}
