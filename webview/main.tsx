/** Where the page begins. */
import { render } from 'preact';
import { Page } from './page';
import { App } from './views/app';
import './style.css';

const root = document.getElementById('root');
if (root !== null) render(<App page={new Page()} />, root);
