import { describe, expect, it } from 'vitest';
import { blocks, code, escaped, image, listed, section, table, withoutFolders } from './markdown.ts';

describe('escaped', () => {
  it.each([
    ['a|b', String.raw`a\|b`],
    ['*a* _b_ `c` ~d~', String.raw`\*a\* \_b\_ \`c\` \~d\~`],
    ['<img src=x> & [a](b)', String.raw`&lt;img src=x&gt; &amp; \[a\](b)`],
    ['$x$', String.raw`\$x\$`],
    ['two\nlines\t here ', 'two lines here'],
    ['# no heading', String.raw`\# no heading`],
    ['- no list', String.raw`\- no list`],
    ['12. no list', String.raw`12\. no list`],
    ['1.5 and non-saturating stay', '1.5 and non-saturating stay'],
  ])('%j becomes %j', (text, markdown) => expect(escaped(text)).toBe(markdown));
});

describe('code', () => {
  it('has a fence longer than what is inside', () => {
    expect([code('a'), code('a`b'), code('`a`')]).toStrictEqual(['`a`', '``a`b``', '`` `a` ``']);
  });

  it('does not end a table cell', () => {
    expect(code('a|b')).toBe(String.raw`\`a\|b\``.replaceAll(String.raw`\``, '`'));
  });
});

describe('table', () => {
  it('aligns columns and is empty without rows', () => {
    const columns = [{ title: 'a' }, { title: 'b', align: 'right' as const }];
    expect(table(columns, [['1', '2']])).toBe('| a | b |\n| --- | ---: |\n| 1 | 2 |');
    expect(table(columns, [])).toBe('');
  });
});

describe('image', () => {
  it('keeps quotes and bars inside the tag', () => {
    expect(image('a.png', 'a"b|c\nd', 10)).toBe('<img src="a.png" alt="a&quot;b&#124;c d" width="10">');
  });
});

describe('blocks and sections', () => {
  it('leave out what is empty', () => {
    expect(blocks('a', '', null, section(2, 'Empty', ''), section(2, 'Full', 'b'))).toBe('a\n\n## Full\n\nb');
  });

  it('lists words', () => {
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toStrictEqual(['', 'a', 'a and b', 'a, b and c']);
  });
});

describe('withoutFolders', () => {
  it.each([
    ['cannot open /home/me/x/model.json here', 'cannot open …/model.json here'],
    ['file:///home/me/a.js:3:4', '…/a.js:3:4'],
    [String.raw`at C:\Users\me\a.js`, 'at …/a.js'],
    ['(/home/me/a.js)', '(…/a.js)'],
    [
      '@tensorflow/tfjs-node: 1/2 of a/b/c, https://example.org/a/b',
      '@tensorflow/tfjs-node: 1/2 of a/b/c, https://example.org/a/b',
    ],
  ])('%j becomes %j', (text, shown) => expect(withoutFolders(text)).toBe(shown));
});
