/**
 * The controls of our pages. They come from @vscode/webview-ui-toolkit, which is no longer
 * developed: nothing else knows it, so that another can take its place here.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
  type Checkbox,
  type Dropdown,
  type TextField,
} from '@vscode/webview-ui-toolkit';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);

/** Text goes in as text, attributes as attributes. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** New content, with the keyboard on the button of the same words, if it was on one. */
export function replaceContent(parent: HTMLElement, ...content: (Node | string)[]): void {
  const { activeElement } = document;
  const focused = parent !== activeElement && parent.contains(activeElement);
  const words = focused ? activeElement?.textContent : undefined;
  parent.replaceChildren(...content);
  if (!focused) return;
  const same = [...parent.querySelectorAll('button')].find((each) => each.textContent === words);
  (same ?? parent).focus({ preventScroll: true });
}

function control(
  name: string,
  attributes: Readonly<Record<string, string>>,
  text: string,
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

export interface ButtonOptions {
  readonly title: string;
  readonly primary?: boolean;
}

export function button(label: string, options: ButtonOptions, press: () => void): HTMLElement {
  const { title, primary = false } = options;
  const appearance = primary ? 'primary' : 'secondary';
  const made = control('vscode-button', { appearance, title }, label);
  made.addEventListener('click', press);
  return made;
}

/** A button that stays pressed. */
export function setPressed(made: HTMLElement, pressed: boolean): void {
  made.setAttribute('aria-pressed', String(pressed));
  made.setAttribute('appearance', pressed ? 'primary' : 'secondary');
}

export interface CheckboxControl {
  readonly element: HTMLElement;
  checked: boolean;
}

export function checkbox(
  label: string,
  title: string,
  change: (checked: boolean) => void,
): CheckboxControl {
  const made = control('vscode-checkbox', { title }, label) as Checkbox;
  let told = false;
  made.addEventListener('change', () => {
    if (made.checked === told) return;
    told = made.checked;
    change(made.checked);
  });
  return {
    element: made,
    get checked() {
      return made.checked;
    },
    set checked(value) {
      told = value;
      made.checked = value;
    },
  };
}

export interface FieldControl {
  readonly element: HTMLElement;
  value: string;
  focus(): void;
}

export function searchField(
  placeholder: string,
  input: (text: string) => void,
  keys: (event: KeyboardEvent) => void,
): FieldControl {
  const attributes = { placeholder, 'aria-label': placeholder, spellcheck: 'false' };
  const made = control('vscode-text-field', attributes, '') as TextField;
  made.addEventListener('input', () => input(made.value));
  made.addEventListener('keydown', keys);
  return {
    element: made,
    get value() {
      return made.value;
    },
    set value(text) {
      made.value = text;
    },
    focus: () => {
      made.focus();
      (made.shadowRoot?.querySelector('input') as HTMLInputElement | null)?.select();
    },
  };
}

export interface DropdownControl {
  readonly element: HTMLElement;
  value: string;
}

/** @param options value and words, in order */
export function dropdown(
  label: string,
  options: Readonly<Record<string, string>>,
  choose: (value: string) => void,
): DropdownControl {
  const made = control('vscode-dropdown', { 'aria-label': label, title: label }, '') as Dropdown;
  for (const [value, words] of Object.entries(options)) {
    made.append(control('vscode-option', { value }, words));
  }
  made.addEventListener('change', () => choose(made.value));
  return {
    element: made,
    get value() {
      return made.value;
    },
    set value(value) {
      // While the list is open it is the reader's.
      if (!made.open) made.value = value;
    },
  };
}
