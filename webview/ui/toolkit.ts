/**
 * VS Code's own controls, as components. The only importer of the toolkit, which is archived: whoever replaces it changes
 * this file. Its data grid, panels, dividers and badges are not used; tables are native ones.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());

/** Custom elements have no types of their own in JSX. */
const element = h as (tag: string, properties: Record<string, unknown>, children?: ComponentChildren) => VNode;

export interface ButtonProps {
  /** `icon`: only an icon, whose name is `label`. */
  appearance?: 'primary' | 'secondary' | 'icon';
  label?: string;
  pressed?: boolean;
  onPress: () => void;
  children: ComponentChildren;
}

export function Button({ appearance = 'secondary', label, pressed, onPress, children }: ButtonProps): VNode {
  return element(
    'vscode-button',
    {
      appearance,
      ...(label !== undefined && { 'aria-label': label, title: label }),
      ...(pressed !== undefined && { 'aria-pressed': String(pressed) }),
      onClick: onPress,
    },
    children,
  );
}

export interface Option {
  value: string;
  label: string;
}

export interface DropdownProps {
  label: string;
  value: string;
  options: readonly Option[];
  onPick: (value: string) => void;
}

interface ValueElement extends HTMLElement {
  value: string;
}

export function Dropdown({ label, value, options, onPick }: DropdownProps): VNode {
  const control = useRef<ValueElement>(null);
  const values = options.map((option) => option.value).join('\n');
  // The control learns of its options only after they have been slotted.
  useLayoutEffect(() => {
    const settle = (): void => {
      if (control.current !== null && control.current.value !== value) control.current.value = value;
    };
    settle();
    const frame = requestAnimationFrame(settle);
    return () => cancelAnimationFrame(frame);
  }, [value, values]);
  const pick = (): void => {
    const picked = control.current?.value;
    if (picked !== undefined && picked !== value) onPick(picked);
  };
  return element(
    'vscode-dropdown',
    { ref: control, 'aria-label': label, title: label, onChange: pick },
    options.map((option) =>
      element(
        'vscode-option',
        { key: option.value, value: option.value, selected: option.value === value },
        option.label,
      ),
    ),
  );
}

export interface TextFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onInput: (value: string) => void;
}

export function TextField({ label, placeholder, value, onInput }: TextFieldProps): VNode {
  const control = useRef<ValueElement>(null);
  return element('vscode-text-field', {
    ref: control,
    'aria-label': label,
    placeholder,
    value,
    onInput: () => onInput(control.current?.value ?? ''),
  });
}
